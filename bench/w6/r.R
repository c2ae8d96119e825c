# SPDX-License-Identifier: MIT
# W6: NIST Misra1a, least squares in a loop: R.
y<-c(10.07,14.73,17.94,23.93,29.61,35.18,40.02,44.82,50.76,55.05,61.01,66.40,75.47,81.78)
x<-c(77.6,114.9,141.1,190.8,239.9,289.0,332.8,378.4,434.8,477.3,536.8,593.1,689.1,760.0)
n<-200
t<-sum(proc.time()[1:2])
for(i in 1:n)m<-nls(y~a*(1-exp(-b*x)),start=list(a=250,b=0.0005))
cat(sprintf("@ W6 r-nls us/solve %.6g %.12g\n",(sum(proc.time()[1:2])-t)/n*1e6,coef(m)[1]))
