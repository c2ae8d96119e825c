# SPDX-License-Identifier: MIT
# W3: logistic regression, full-gradient steps: R.
D<-matrix(readBin("data/logit.bin","double",11e6),ncol=11,byrow=TRUE)
X<-D[,1:10]
y<-D[,11]
n<-length(y)
w<-rep(0,10)
ts<-numeric(20)
for(s in 1:20){t<-sum(proc.time()[1:2])
e<-1/(1+exp(-(X%*%w)))-y
w<-w-crossprod(X,e)/n
ts[s]<-sum(proc.time()[1:2])-t}
cat(sprintf("@ W3 r ms/step %.6g %.12g\n",mean(ts)*1e3,w[1]))
