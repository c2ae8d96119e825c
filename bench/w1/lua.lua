-- SPDX-License-Identifier: MIT
-- W1: fixed steps on (2w - 6)^2 as a whole process: Lua and LuaJIT.
local w,k=0.0,0
while true do local g=2*(2*w-6)*2
if math.abs(g)<1e-4 then break end
w=w-0.12*g
k=k+1 end
print(string.format("w = %.10g after %d steps",w,k))
