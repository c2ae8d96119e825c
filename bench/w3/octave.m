% SPDX-License-Identifier: MIT
% W3: logistic regression, full-gradient steps: Octave.
f=fopen("data/logit.bin");
D=fread(f,[11,Inf],"double")';
fclose(f);
X=D(:,1:10);
y=D(:,11);
n=numel(y);
w=zeros(10,1);
ts=zeros(20,1);
for s=1:20,t=cputime;
e=1./(1+exp(-(X*w)))-y;
w-=X'*e/n;
ts(s)=(cputime-t);
end
printf("@ W3 octave ms/step %.6g %.12g\n",median(ts)*1e3,w(1));
