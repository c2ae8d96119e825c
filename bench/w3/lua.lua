-- SPDX-License-Identifier: MIT
-- W3: logistic regression, full-gradient steps: Lua and LuaJIT.
local n=100000
local D={}
local f=io.open("data/logit.bin","rb")
for i=1,n do local s=f:read(88)
local r={string.unpack("ddddddddddd",s)}
for k=1,11 do D[(i-1)*11+k]=r[k] end end
local w,exp={},math.exp
for k=1,10 do w[k]=0.0 end
local function grad() local g={0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0}
for i=0,n-1 do local o=i*11
local z=0.0
for k=1,10 do z=z+w[k]*D[o+k] end
local e=1/(1+exp(-z))-D[o+11]
for k=1,10 do g[k]=g[k]+e*D[o+k] end end
return g end
local t=os.clock()
for s=1,3 do local g=grad()
for k=1,10 do w[k]=w[k]-g[k]/n end end
print(string.format("@ W3 lua ms/step %.6g 0",(os.clock()-t)/3*1e3*10))
