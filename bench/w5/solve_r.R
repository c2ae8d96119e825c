# SPDX-License-Identifier: MIT
# W5: sums over neighbours, value and gradient: R.
n<-10000
x<-ifelse((0:(n-1))%%2==1,1,-1.2)
o<-seq(1,n,2)
f<-function(x){a<-x[o]
r<-x[o+1]-a*a
100*sum(r*r)+sum((1-a)^2)}
g<-function(x){a<-x[o]
r<-x[o+1]-a*a
z<-numeric(n)
z[o]<- -400*r*a-2*(1-a)
z[o+1]<-200*r
z}
t<-sum(proc.time()[1:2])
for(i in 1:5)q<-optim(x,f,g,method="L-BFGS-B",control=list(maxit=1000,factr=1,lmm=6))
cat(sprintf("@ W5solve r-optim-lbfgsb ms %.6g %.12g\n",(sum(proc.time()[1:2])-t)/5*1e3,q$value))
