# SPDX-License-Identifier: MIT
# W2: fixed steps in one variable: R.
n<-as.integer(commandArgs(TRUE)[1])
run<-function(n){w<-0
for(i in 1:n){g<- -3/(1+exp(3*w))+0.1*w+cos(w)
w<-w-0.01*g}
w}
run<-compiler::cmpfun(run)
run(10)
t<-sum(proc.time()[1:2])
w<-run(n)
cat(sprintf("@ W2 r ns/iter %.6g %.12g\n",(sum(proc.time()[1:2])-t)/n*1e9,w))
