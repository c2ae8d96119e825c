# SPDX-License-Identifier: MIT
# W3: logistic regression, full-gradient steps: R.
t<-sum(proc.time()[1:2])
a<-read.csv("data/logit100k.csv")
d<-sum(proc.time()[1:2])-t
cat(sprintf("@ W3load r-read.csv ms/MB %.6g %.12g\n",d*1e3/(file.size("data/logit100k.csv")/1e6),sum(a)))
t<-sum(proc.time()[1:2])
a<-scan("data/logit100k.csv",sep=",",skip=1,quiet=TRUE)
d<-sum(proc.time()[1:2])-t
cat(sprintf("@ W3load r-scan ms/MB %.6g %.12g\n",d*1e3/(file.size("data/logit100k.csv")/1e6),sum(a)))
