# SPDX-License-Identifier: MIT
# W7: softmax regression (a) and a hidden layer (b) on digits: R.
a<-commandArgs(TRUE)
w<-a[1]
peer<-if(length(a)>1)a[2]else"r"
C<-0.0005
D<-matrix(readBin("data/digits.bin","double",1e6),ncol=65,byrow=TRUE)
X<-D[,1:64]
n<-nrow(X)
iy<-cbind(1:n,D[,65]+1)
soft<-function(U,W,b){Z<-tcrossprod(U,W)+rep(b,each=n)
zy<-Z[iy]
m<-Z[cbind(1:n,max.col(Z,"first"))]
E<-exp(Z-m)
s<-rowSums(E)
F<-mean(m+log(s)-zy)+C*sum(W*W)
E<-E/s
E[iy]<-E[iy]-1
E<-E/n
list(F,E,crossprod(E,U)+2*C*W,colSums(E))}
fa<-function(t){r<-soft(X,t$W,t$b)
list(r[[1]],c(t(r[[3]]),r[[4]]))}
fb<-function(t){H<-tanh(tcrossprod(X,t$W1)+rep(t$b1,each=n))
r<-soft(H,t$W,t$b)
Q<-(r[[2]]%*%t$W)*(1-H*H)
list(r[[1]],c(t(crossprod(Q,X)),colSums(Q),t(r[[3]]),r[[4]]))}
if(w=="W7a"){k<-1:650
t<-0.04*sin(k*k)
p<-list(W=matrix(t[1:640],10,byrow=TRUE),b=t[641:650])
f<-fa}else
{k<-1:4810
t<-0.04*sin(as.numeric(k)^2)
p<-list(W1=matrix(t[1:4096],64,byrow=TRUE),b1=t[4097:4160],W=matrix(t[4161:4800],10,byrow=TRUE),b=t[4801:4810])
f<-fb}
cpu<-function()sum(proc.time()[1:2])
for(i in 1:3)f(p)
ts<-numeric(15)
for(s in 1:15){t0<-cpu()
for(i in 1:40)r<-f(p)
ts[s]<-(cpu()-t0)/40}
cat(sprintf("@ %s %s us/eval %.6g %.10g:%.10g\n",w,peer,median(ts)*1e6,r[[1]],sum(cos(k)*r[[2]])))
