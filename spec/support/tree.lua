--- What the specs of trees share: a folder to burn, its image, and looks at the
-- image by other people's programs.
--
--     local bench = require "spec.support.tree"
--     before_each(bench.new)      -- bench.tree, bench.image, bench.work
--     after_each(bench.remove)
local assert = require "luassert"
local source = require "discrecorder.source"

local bench = {}

--- One word of a shell command.
function bench.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- Other people's programs run without the sanitizer that a checking build
-- preloads: it would find their leaks. Our own children get it back: LUA.
local preload <const> = os.getenv "LD_PRELOAD"

bench.LUA = (preload and "LD_PRELOAD=" .. preload .. " " or "")
  .. "lua5.4 "

--- What a shell command says, and whether it succeeded.
function bench.capture(command)
  local pipe = assert(
    io.popen("exec env -u LD_PRELOAD sh -c " .. bench.quote(command) .. " 2>&1")
  )
  local text = pipe:read "a"
  local ok = pipe:close()
  return text, ok
end

--- What a shell command says that must succeed.
function bench.run(command)
  local text, ok = bench.capture(command)
  assert(ok, text)
  return text
end

--- Put a file into the tree; folders on the way to it are made.
function bench.put(name, text)
  local path = bench.tree .. "/" .. name
  bench.run("mkdir -p " .. bench.quote(path:match "^(.*)/"))
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

--- The source, of the tree unless `options` say otherwise.
function bench.make(options)
  options = options or {}
  options.paths = options.paths or {bench.tree}
  return assert(source.tree(options))
end

--- The image in its file, made anew.
function bench.save(options)
  local s <close> = bench.make(options)
  os.remove(bench.image)
  assert.equal(s.length, assert(s:save(bench.image)))
  return s
end

--- Of a file.
function bench.sha256(path)
  return bench.run("sha256sum <" .. bench.quote(path)):sub(1, 64)
end

--- The paths of all files, as xorriso finds them by Rock Ridge.
function bench.list(arguments)
  local found = {}
  local text = bench.run(
    ("xorriso -indev %s -find / %s 2>%s/err"):format(
      bench.quote(bench.image),
      arguments or "",
      bench.quote(bench.work)
    )
  )
  for path in text:gmatch "'(/[^\n]*)'" do
    found[#found + 1] = path
  end
  table.sort(found)
  return found
end

--- The folder with all that xorriso takes out of the image.
function bench.extract()
  local out = bench.work .. "/out"
  bench.run(
    ("rm -rf %s; xorriso -osirrox on -indev %s -extract / %s"):format(
      bench.quote(out),
      bench.quote(bench.image),
      bench.quote(out)
    )
  )
  return out
end

--- What xorriso says of the image's MD5 tags.
function bench.check_media()
  local image = bench.quote(bench.image)
  return (bench.capture(
    ("xorriso -md5 on -indev %s -check_media --"):format(image)))
end

--- Change one bit of the image.
function bench.flip(offset)
  local file = assert(io.open(bench.image, "r+b"))
  file:seek("set", offset)
  local byte = file:read(1):byte()
  file:seek("set", offset)
  file:write(string.char(byte ~ 1))
  file:close()
end

--- Fails unless it is nil, failure, code with this code and message.
function bench.refuses(code, pattern, s, failure, given)
  assert.is_nil(s)
  assert.equal(code, given)
  assert.matches(pattern, failure.message)
end

--- The message of a source's warning, or nil.
function bench.warned(s, code)
  for _, warning in ipairs(s.warnings) do
    if warning.code == code then
      return warning.message
    end
  end
end

--- Read an open source: true, or false, failure, code.
function bench.read_to_end(s)
  while true do
    local part, failure, code = s:read(1 << 20)
    if not part then
      return failure == nil, failure, code
    end
  end
end

--- A new folder `work` with an empty `tree` in it and a place for its `image`.
function bench.new()
  bench.work = bench.run("mktemp -d"):gsub("\n", "")
  bench.tree, bench.image = bench.work .. "/tree", bench.work .. "/image.iso"
  bench.run("mkdir " .. bench.quote(bench.tree))
end

function bench.remove()
  bench.run("chmod -R u+rwx " .. bench.quote(bench.work) .. "; rm -rf "
    .. bench.quote(bench.work))
end

return bench
