# SPDX-License-Identifier: MIT
# W5: sums over neighbours, value and gradient: R.
fg<-function(x){n<-length(x)
a<-x[-n]
r<-x[-1]-a*a
d<-1-a
g<-numeric(n)
g[-n]<- -400*r*a-2*d
g[-1]<-g[-1]+200*r
list(100*sum(r*r)+sum(d*d),g)}
for(p in 2:6){n<-10^p
x<-ifelse((0:(n-1))%%2==1,1,-1.2)
k<-max(5,1e6/n)
t<-sum(proc.time()[1:2])
for(i in 1:k)F<-fg(x)
cat(sprintf("@ W5 r ns/var@n=1e%d %.6g %.12g\n",as.integer(p),(sum(proc.time()[1:2])-t)/k/n*1e9,F[[1]]))}
