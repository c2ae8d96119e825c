# SPDX-License-Identifier: MIT
# W1: fixed steps on (2w - 6)^2 as a whole process: R.
w<-0
k<-0
repeat{g<-2*(2*w-6)*2
if(abs(g)<1e-4)break
w<-w-0.12*g
k<-k+1}
cat(sprintf("w = %.10g after %d steps\n",w,as.integer(k)))
