% SPDX-License-Identifier: MIT
% W1: fixed steps on (2w - 6)^2 as a whole process: Octave.
w=0;
k=0;
while true, g=2*(2*w-6)*2;
if abs(g)<1e-4, break;
end;
w-=0.12*g;
k++;
end
printf("w = %.10g after %d steps\n",w,k);
