% SPDX-License-Identifier: MIT
% W7: softmax regression (a) and a hidden layer (b) on digits: Octave.
1;
function [F,E,gW,gb]=soft(U,W,b,ly) n=rows(U);
C=0.0005;
Z=U*W'+b;
zy=Z(ly);
m=max(Z,[],2);
E=exp(Z-m);
s=sum(E,2);
F=mean(m+log(s)-zy)+C*sum((W.*W)(:));
E=E./s;
E(ly)-=1;
E/=n;
gW=E'*U+2*C*W;
gb=sum(E,1);
end
function [F,g]=fa(X,ly,p) [F,E,gW,gb]=soft(X,p.W,p.b,ly);
g=[gW'(:);gb'];
end
function [F,g]=fb(X,ly,p) H=tanh(X*p.W1'+p.b1);
[F,E,gW,gb]=soft(H,p.W,p.b,ly);
Q=(E*p.W).*(1-H.*H);
g=[(X'*Q)(:);sum(Q,1)';gW'(:);gb'];
end
a=argv();
w=a{1};
peer="octave";
if numel(a)>1,peer=a{2};
end
f=fopen("data/digits.bin");
D=fread(f,[65,Inf],"double")';
fclose(f);
X=D(:,1:64);
n=rows(X);
ly=sub2ind([n,10],(1:n)',D(:,65)+1);
if strcmp(w,"W7a"),k=(1:650)';
t=0.04*sin(k.*k);
p.W=reshape(t(1:640),64,10)';
p.b=t(641:650)';
f=@fa;
else
k=(1:4810)';
t=0.04*sin(k.*k);
p.W1=reshape(t(1:4096),64,64)';
p.b1=t(4097:4160)';
p.W=reshape(t(4161:4800),64,10)';
p.b=t(4801:4810)';
f=@fb;
end
[F,g]=f(X,ly,p);
ts=zeros(15,1);
for s=1:15,t0=cputime;
for i=1:10,[F,g]=f(X,ly,p);
end;
ts(s)=(cputime-t0)/10;
end
printf("@ %s %s us/eval %.6g %.10g:%.10g\n",w,peer,median(ts)*1e6,F,cos(k)'*g);
