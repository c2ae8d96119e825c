% SPDX-License-Identifier: MIT
% W4: two Gauss peaks and an exponential, value and gradient: Octave.
f=fopen("data/gauss.bin");
D=fread(f,[2,Inf],"double")';
fclose(f);
x=D(:,1);
y=D(:,2);
b1=97;
b2=0.009;
b3=100.1;
b4=105;
b5=20;
b6=70;
b7=150;
b8=16;
ts=zeros(9,1);
for i=1:9,T=cputime;
e1=exp(-b2*x);
q=(x-b4)/b5;
s=(x-b7)/b8;
e2=exp(-q.*q);
e3=exp(-s.*s);
r=b1*e1+b3*e2+b6*e3-y;
t=2*r;
h=t.*e2*(b3*2/b5).*q;
k=t.*e3*(b6*2/b8).*s;
F=r'*r;
g=[t'*e1;-b1*(t.*e1)'*x;t'*e2;sum(h);h'*q;t'*e3;sum(k);k'*s];
ts(i)=(cputime-T);
end
printf("@ W4 octave ns/row %.6g %.12g\n",median(ts)/numel(x)*1e9,F);
