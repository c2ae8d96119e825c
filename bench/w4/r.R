# SPDX-License-Identifier: MIT
# W4: two Gauss peaks and an exponential, value and gradient: R.
D<-matrix(readBin("data/gauss.bin","double",2e6),ncol=2,byrow=TRUE)
x<-D[,1]
y<-D[,2]
fg<-function(b1,b2,b3,b4,b5,b6,b7,b8){e1<-exp(-b2*x)
q<-(x-b4)/b5
s<-(x-b7)/b8
e2<-exp(-q*q)
e3<-exp(-s*s)
r<-b1*e1+b3*e2+b6*e3-y
t<-2*r
h<-t*e2*(b3*2/b5)*q
k<-t*e3*(b6*2/b8)*s
c(sum(r*r),sum(t*e1),-b1*sum(t*e1*x),sum(t*e2),sum(h),sum(h*q),sum(t*e3),sum(k),sum(k*s))}
t<-sum(proc.time()[1:2])
for(i in 1:9)F<-fg(97,0.009,100.1,105,20,70,150,16)
cat(sprintf("@ W4 r ns/row %.6g %.12g\n",(sum(proc.time()[1:2])-t)/9/length(x)*1e9,F[1]))
