-- Files, pipes and pushed bytes: what each gives, and what each refuses.

local source = require "discrecorder.source"

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- Without the sanitizer that a checking build preloads: it would find the leaks
-- of other people's programs.
local function capture(command)
  local pipe = assert(
    io.popen("exec env -u LD_PRELOAD sh -c " .. quote(command) .. " 2>&1")
  )
  local text = pipe:read "a"
  local ok = pipe:close()
  return text, ok
end

local function echoed(text)
  return assert(io.popen("exec env -u LD_PRELOAD printf " .. text))
end

local folder

local function put(name, text)
  local path = folder .. "/" .. name
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

local function read_all(s, size)
  local parts = {}
  assert(s:open())
  while true do
    local part, failure, code = s:read(size or 65536)
    if failure then
      return nil, failure, code
    elseif not part then
      return table.concat(parts)
    end
    parts[#parts + 1] = part
  end
end

local function sha256(path)
  return capture("sha256sum <" .. quote(path)):sub(1, 64)
end

local function refuses(code, pattern, s, failure, given)
  assert.is_nil(s)
  assert.equal(code, given)
  assert.equal(code, failure.code)
  assert.matches(pattern, failure.message)
end

before_each(function()
  folder = capture("mktemp -d"):gsub("\n", "")
end)

after_each(function()
  capture("rm -rf " .. quote(folder))
end)

describe("a file as a source", function()
  it("gives the file's bytes, in pieces of any size", function()
    local text = ("0123456789"):rep(1000)
    local s <close> = assert(source.file(put("a.iso", text)))
    assert.equal("file", s.kind)
    assert.equal(10000, s.length)
    assert.equal(5, s.blocks)
    assert.same({}, s.warnings)
    for _, size in ipairs {1000, 4096, 9999, 65536} do
      assert.equal(text, read_all(s, size))
    end
  end)

  it("can be saved, but over nothing", function()
    local path = put("a", ("x"):rep(5000000))
    local s <close> = assert(source.file(path))
    assert.equal(5000000, s:save(folder .. "/b"))
    assert.equal(sha256(path), sha256(folder .. "/b"))
    refuses("file_exists", "/b: ", s:save(folder .. "/b"))
    refuses("file_access", "nowhere", s:save(folder .. "/nowhere/b"))
  end)

  it("refuses what is missing, empty or no regular file", function()
    refuses("bad_file", "/none: No such file", source.file(folder .. "/none"))
    refuses("bad_file", "/empty is empty", source.file(put("empty", "")))
    refuses("bad_file", "is a folder", source.file(folder))
    refuses("bad_file", "is a device", source.file "/dev/zero")
    capture("mkfifo " .. quote(folder .. "/fifo"))
    refuses("bad_file", "is a pipe", source.file(folder .. "/fifo"))
  end)

  it("names an odd path readably, and the end of a long one", function()
    local _, failure = source.file(folder .. "/a\nb\xFF")
    assert.matches("/a\\x0Ab\\xFF: No such file", failure.message)
    _, failure = source.file(folder .. ("/0123456789"):rep(50) .. "/end")
    assert.matches("^%.%.%..*/end: No such file", failure.message)
  end)

  it("fails when the file shrinks, grows, changes or is replaced", function()
    local path = put("a", ("x"):rep(100000))
    local quoted = quote(path)
    for what, command in pairs {
      shrank = "truncate -s 50000 " .. quoted,
      grew = "echo more >> " .. quoted,
      ["was changed"] = "touch -d 2001-01-01 " .. quoted,
      ["was replaced"] = "cp -p %s %s.new && mv %s.new %s",
    } do
      command = command:gsub("%%s", (quoted:gsub("%%", "%%%%")))
      put("a", ("x"):rep(100000))
      local s <close> = assert(source.file(path))
      assert(s:open())
      assert.equal(40000, #s:read(40000))
      capture(command)
      local failure, code
      repeat
        local part
        part, failure, code = s:read(40000)
      until not part
      assert.equal("bad_file", code)
      assert.matches(path, failure.message, 1, true)
      assert.matches(what .. " meanwhile", failure.message)
      refuses("bad_file", what .. " meanwhile", s:open())
    end
  end)

  it("tells when the file is gone", function()
    local path = put("a", "x")
    local s <close> = assert(source.file(path))
    os.remove(path)
    refuses("bad_file", "No such file", s:open())
  end)

  it("is read by one at a time", function()
    local s <close> = assert(source.file(put("a", "x")))
    assert(s:open())
    assert.has_error(function()
      s:open()
    end)
    assert.equal("x", s:read(1))
    assert.is_nil(s:read(1))
    assert.has_error(function()
      s:read(1)
    end)
    assert(s:open())
  end)
end)

describe("a pipe as a source", function()
  it("gives the stated number of bytes of a pipe with a name", function()
    local fifo = folder .. "/fifo"
    capture("mkfifo " .. quote(fifo))
    local s <close> = assert(source.pipe(fifo, 300000))
    assert.equal("pipe", s.kind)
    assert.equal(300000, s.length)
    for _ = 1, 2 do -- it is opened anew each time
      capture(
        "{ head -c 300000 /dev/zero >" .. quote(fifo) .. "; } >/dev/null 2>&1 &"
      )
      assert.equal(("\0"):rep(300000), read_all(s))
    end
  end)

  it("reads a file handle and a descriptor, once", function()
    local handle <close> = echoed "12345"
    local s <close> = assert(source.pipe(handle, 5))
    assert.equal("12345", read_all(s))
    refuses("bad_file", "only once", s:open())
    refuses("bad_file", "descriptor 999", source.pipe(999, 5))
  end)

  it("says how many bytes came when it ends early", function()
    local handle <close> = echoed "12345"
    local s <close> = assert(source.pipe(handle, 10))
    refuses("bad_file", "ended after 5 of 10 bytes", read_all(s))
  end)

  it("fails when more comes than was announced", function()
    local handle <close> = echoed "1234567"
    local s <close> = assert(source.pipe(handle, 5))
    assert(s:open())
    assert.equal("12345", s:read(100))
    refuses("bad_file", "more than the 5 bytes", s:read(100))
  end)

  it("takes just as much as it needs of a device", function()
    local s <close> = assert(source.pipe("/dev/zero", 5000))
    assert.equal(("\0"):rep(5000), read_all(s))
  end)

  it("refuses a folder, a missing path and a closed file", function()
    refuses("bad_file", "is a folder", source.pipe(folder, 5))
    refuses("bad_file", "No such file", source.pipe(folder .. "/x", 5))
    local handle = io.tmpfile()
    handle:close()
    assert.has_error(function()
      source.pipe(handle, 5)
    end)
  end)
end)

describe("pushed bytes as a source", function()
  it("come out as they went in", function()
    local s <close> = assert(source.push(10, 10))
    assert.equal("push", s.kind)
    assert.equal(10, s.length)
    assert.equal(4, s:write "0123")
    assert.equal(6, s:write "456789")
    assert.is_true(s:finish())
    assert.equal("0123456789", read_all(s))
    refuses("bad_file", "only once", s:open())
  end)

  it("may have a length that nobody knows", function()
    local s <close> = assert(source.push())
    assert.is_nil(s.length)
    assert.is_nil(s.blocks)
    s:write "abc"
    s:finish()
    assert.equal("abc", read_all(s))
  end)

  it("go round in a buffer that is smaller than they are", function()
    local s <close> = assert(source.push(nil, 7))
    local out = {}
    assert(s:open())
    for i = 1, 100 do
      assert.equal(5, s:write(("%05d"):format(i)))
      out[i] = s:read(5)
    end
    for i = 1, 100 do
      assert.equal(("%05d"):format(i), out[i])
    end
  end)

  it("are taken as far as there is room in the time given", function()
    local s <close> = assert(source.push(100, 10))
    assert.equal(10, s:write(("x"):rep(15), 0))
    assert.equal(0, s:write("x", 0.02))
    refuses("busy", "nothing burns it yet", s:write "x")
  end)

  it("fail the writer when they are more than announced", function()
    local s <close> = assert(source.push(5))
    refuses("bad_file", "more than the 5 announced", s:write "123456")
    assert.equal(5, s:write "12345")
    refuses("bad_file", "more than the 5 announced", s:write "6")
  end)

  it("fail both sides when they end early", function()
    local s <close> = assert(source.push(10))
    s:write "12345"
    refuses("bad_file", "5 bytes before the 10 announced", s:finish())
    refuses("bad_file", "after the end", s:write "6")
    refuses("bad_file", "pushed 5 of 10 bytes", read_all(s))
  end)

  it("fail the writer when the reader is gone", function()
    local s <close> = assert(source.push(10))
    s:write "12345"
    s:finish()
    read_all(s)
    refuses("user_abort", "nobody reads", s:write "6")
  end)
end)

describe("a source's userdata", function()
  it("raises on wrong types and ranges", function()
    local s <close> = assert(source.push(10))
    for _, call in ipairs {
      function() source.file(1) end,
      function() source.file() end,
      function() source.file "a\0b" end,
      function() source.pipe() end,
      function() source.pipe("/dev/zero", 0) end,
      function() source.pipe({}, 1) end,
      function() source.pipe(-1, 1) end,
      function() source.push(0) end,
      function() source.push(1, 0) end,
      function() source.push "x" end,
      function() s:write() end,
      function() s:write(5) end,
      function() s:write("x", -1) end,
      function() s:write("x", 0 / 0) end,
      function() s:read(1) end,
      function() s:locate "x" end,
      function() s:locate(-1) end,
      function() s:save() end,
      function() return s.lenght end,
      function() s.length = 1 end,
      function() s.close(io.stdout) end,
    } do
      assert.has_error(call)
    end
  end)

  it("is closed any number of times, and useless then", function()
    local path = put("a", "x")
    local s = assert(source.file(path))
    assert.equal("source (file, 1 bytes)", tostring(s))
    assert.is_false(s.closed)
    assert(s:open())
    s:close()
    s:close()
    assert.is_true(s.closed)
    assert.equal("source (closed)", tostring(s))
    for _, name in ipairs {"open", "save", "locate", "read"} do
      assert.has_error(function()
        s[name](s, path)
      end)
    end
    assert.has_error(function()
      return s.length
    end)
  end)

  it("knows no names of blocks, except in a tree", function()
    local s <close> = assert(source.file(put("a", "x")))
    assert.is_nil(s:locate(0))
  end)
end)
