% SPDX-License-Identifier: MIT
% W6: NIST Misra1a, least squares in a loop: Octave.
y=[10.07,14.73,17.94,23.93,29.61,35.18,40.02,44.82,50.76,55.05,61.01,66.40,75.47,81.78]';
x=[77.6,114.9,141.1,190.8,239.9,289.0,332.8,378.4,434.8,477.3,536.8,593.1,689.1,760.0]';
n=200;
t=cputime;
for i=1:n,p=250;
q=0.0005;
for k=1:50,e=exp(-q*x);
J=[1-e,p*x.*e];
d=-J\(p*(1-e)-y);
p+=d(1);
q+=d(2);
if abs(d(1))<1e-8*p,break;
end;
end;
end
printf("@ W6 octave-gauss-newton us/solve %.6g %.12g\n",(cputime-t)/n*1e6,p);
