-- SPDX-License-Identifier: MIT
-- W5: sums over neighbours, value and gradient: Lua and LuaJIT.
for p=2,5 do local n=10^p//1|0
local x,g={},{}
for i=1,n do x[i]=i%2==0 and 1.0 or -1.2
g[i]=0.0 end
local k=math.max(1,200000//n)
local F
local t=os.clock()
for _=1,k do F=0.0
g[1]=0.0
for i=1,n-1 do local r,d=x[i+1]-x[i]*x[i],1-x[i]
F=F+100*r*r+d*d
g[i]=g[i]-400*r*x[i]-2*d
g[i+1]=200*r end end
print(string.format("@ W5 lua ns/var@n=1e%d %.6g %.12g",p,(os.clock()-t)/k/n*1e9,F)) end
