% SPDX-License-Identifier: MIT
% W5: sums over neighbours, value and gradient: Octave.
function [F,g]=fg(x) n=numel(x);
a=x(1:n-1);
r=x(2:n)-a.*a;
d=1-a;
g=zeros(n,1);
g(1:n-1)=-400*r.*a-2*d;
g(2:n)+=200*r;
F=100*(r'*r)+d'*d;
end
for p=2:6,n=10^p;
x=ones(n,1);
x(1:2:n)=-1.2;
k=max(5,round(2e5/n));
t=cputime;
for i=1:k,[F,g]=fg(x);
end;
printf("@ W5 octave ns/var@n=1e%d %.6g %.12g\n",p,(cputime-t)/k/n*1e9,F);
end
