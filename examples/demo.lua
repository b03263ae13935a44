-- What `make demo` shows: a folder burned onto a virtual CD-RW, read back,
-- compared; and what is on the disc then. Run it from the checkout.
local folder = "build/demo"
local address = "virtual:" .. folder .. "/disc?medium=cd-rw"

local function run(command)
  print("\n$ " .. command)
  io.stdout:flush()
  if not os.execute(command) then
    os.exit(1)
  end
end

-- A file large enough for the progress bar to be seen.
local function write_sample(path)
  local file = assert(io.open(path, "wb"))
  local line = ("0123456789abcdef"):rep(65536)
  for i = 1, 64 do
    assert(file:write(i, line))
  end
  assert(file:close())
end

assert(os.execute("rm -rf " .. folder .. " && mkdir -p " .. folder .. "/files"))
assert(os.execute("cp -r examples README.md " .. folder .. "/files"))
write_sample(folder .. "/files/measurements.bin")

run(("bin/discrecorder burn '%s' %s/files --volume-id DEMO"):format(
  address, folder))
run(("bin/discrecorder info '%s'"):format(address))
run(("bin/discrecorder verify '%s' --against %s/files"):format(address, folder))
run(("lua5.4 examples/files.lua '%s'"):format(address))
