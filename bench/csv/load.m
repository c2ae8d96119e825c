% SPDX-License-Identifier: MIT
% W3: logistic regression, full-gradient steps: Octave.
t=cputime;
a=dlmread("data/logit100k.csv",",",1,0);
d=(cputime-t);
s=stat("data/logit100k.csv");
printf("@ W3load octave-dlmread ms/MB %.6g %.12g\n",d*1e3/(s.size/1e6),sum(a(:)));
