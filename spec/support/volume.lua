--- Images with UDF on them, made by other people's programs.
local run = require "spec.support.run"

local volume = {}

local BLOCK <const> = 2048

-- Debian keeps mkudffs where only root looks for programs.
local PATH <const> = "PATH=" .. os.getenv "PATH" .. ":/usr/sbin:/sbin"

--- ISO 9660 and UDF 1.02 on the same files.
function volume.bridge(path, folder, ...)
  local command = {"genisoimage", "-quiet", "-udf", "-J", "-R", "-V", "BRIDGE",
    "-o", path, ...}
  table.insert(command, folder)
  run.output(table.unpack(command))
  return path
end

--- The same without its ISO 9660: its descriptors make room for those of the
-- volume recognition sequence alone (ECMA-167 2/8).
function volume.plain(path, folder)
  volume.bridge(path, folder)
  local file <close> = assert(io.open(path, "r+b"))
  local function put(block, name)
    assert(file:seek("set", block * BLOCK))
    assert(file:write(("\0%s\1"):format(name), ("\0"):rep(BLOCK - 7)))
  end
  local block = 16
  assert(file:seek("set", block * BLOCK))
  while file:read(6):sub(2) ~= "TEA01" do
    block = block + 1
    assert(file:seek("set", block * BLOCK))
  end
  for i, name in ipairs {"BEA01", "NSR02", "TEA01"} do
    put(15 + i, name)
  end
  for other = 19, block do
    put(other, "\0\0\0\0\0")
  end
  return path
end

--- An empty UDF volume, as mkudffs makes it.
function volume.made(path, blocks, ...)
  local command = {"env", PATH, "mkudffs", "--utf8", "--new-file",
    "--label=MADE", ...}
  table.move({path, tostring(blocks)}, 1, 2, #command + 1, command)
  run.output(table.unpack(command))
  return path
end

--- What udfinfo says of an image: its lines by what stands before "=".
function volume.info(path)
  local said = {text = run.output("udfinfo", path)}
  for key, value in said.text:gmatch "([%w]+)=([^\n]*)" do
    said[key] = value
  end
  return said
end

return volume
