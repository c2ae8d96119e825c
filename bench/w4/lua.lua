-- SPDX-License-Identifier: MIT
-- W4: two Gauss peaks and an exponential, value and gradient: Lua and LuaJIT.
local n=100000
local f=io.open("data/gauss.bin","rb")
f:seek("set",0)
local X,Y={},{}
for i=1,n do X[i],Y[i]=string.unpack("dd",f:read(160):sub(1,16)) end
local exp=math.exp
local function fg(b1,b2,b3,b4,b5,b6,b7,b8) local F,g0,g1,g2,g3,g4,g5,g6,g7=0.,0.,0.,0.,0.,0.,0.,0.,0.
for i=1,n do local x=X[i]
local e1,q,s=exp(-b2*x),(x-b4)/b5,(x-b7)/b8
local e2,e3=exp(-q*q),exp(-s*s)
local r=b1*e1+b3*e2+b6*e3-Y[i]
local t=2*r
local h,k=t*e2*(b3*2/b5)*q,t*e3*(b6*2/b8)*s
F=F+r*r
g0=g0+t*e1
g1=g1-b1*t*e1*x
g2=g2+t*e2
g3=g3+h
g4=g4+h*q
g5=g5+t*e3
g6=g6+k
g7=g7+k*s end return F,g0,g1,g2,g3,g4,g5,g6,g7 end
local t=os.clock()
for r=1,3 do fg(97,0.009,100.1,105,20,70,150,16) end
print(string.format("@ W4 lua ns/row %.6g 0",(os.clock()-t)/3/n*1e9))
