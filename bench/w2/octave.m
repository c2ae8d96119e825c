% SPDX-License-Identifier: MIT
% W2: fixed steps in one variable: Octave.
n=str2num(argv(){1});
w=0;
t=cputime;
for i=1:n, g=-3/(1+exp(3*w))+0.1*w+cos(w);
w-=0.01*g;
end
printf("@ W2 octave ns/iter %.6g %.12g\n",(cputime-t)/n*1e9,w);
