-- SPDX-License-Identifier: MIT
-- W2: fixed steps in one variable: Lua and LuaJIT.
local n=tonumber(arg[1]) or 1000000
local exp,cos=math.exp,math.cos
local w,t=0.0,os.clock()
for i=1,n do local g=-3/(1+exp(3*w))+0.1*w+cos(w)
w=w-0.01*g end
print(string.format("@ W2 %s ns/iter %.6g %.12g",arg[2] or "lua",(os.clock()-t)/n*1e9,w))
