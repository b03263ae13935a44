-- Disc files: what is refused, what is survived, and what a killed burn leaves
-- (docs/disc-file.md).
local burning = require "spec.support.burning"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local run = require "spec.support.run"

local d = each(disc.new)

-- Opening fails with this code; nothing is made.
local function refused(code, address)
  local rec, failure, given = discrecorder.recorder(address)
  assert.is_nil(rec)
  assert.equal(code, given, tostring(failure))
  assert.is_true(#failure.advice > 0)
  return failure
end

local function exists(path)
  local file <close> = io.open(path, "rb")
  return file ~= nil
end

-- A disc with a closed session of 300 blocks; its path.
local function recorded(change)
  local rec = d:opened()
  disc.tao(rec, {300}, change)
  rec:close()
  return d.last
end

-- Give up all recorders, so that the next one reads the file anew.
local function forget()
  collectgarbage()
  collectgarbage()
end

local function state(path)
  local rec <close>, failure, code = discrecorder.recorder("virtual:" .. path)
  if not rec then
    return nil, failure, code
  end
  local m = assert(rec:medium())
  return m.state, m
end

describe("a disc file that", function()
  it("does not exist is no device, and is not made", function()
    refused("device_not_present", "virtual:" .. d:path "none")
    refused("device_not_present", "virtual:" .. d:path "no/where")
    assert.is_false(exists(d:path "none"))
  end)

  it("does not exist is made when the address says of what kind", function()
    assert(discrecorder.recorder("virtual:" .. d:path "new?medium=cd-r"))
    assert.is_true(exists(d:path "new"))
    assert.matches("file_access", select(3,
      discrecorder.recorder("virtual:" .. d:path "no/where?medium=cd-r")))
  end)

  it("does not exist is never made with the option existing", function()
    local rec, _, code = discrecorder.recorder(
      "virtual:" .. d:path "new?medium=cd-r", {existing = true})
    assert.is_nil(rec)
    assert.equal("device_not_present", code)
    assert.is_false(exists(d:path "new"))
  end)

  it("is a folder, a pipe or a device is a bad file", function()
    run.output("mkfifo", d:path "pipe")
    for _, path in ipairs {d.folder, d:path "pipe", "/dev/null"} do
      for _, query in ipairs {"", "?medium=cd-rw"} do
        refused("bad_file", "virtual:" .. path .. query)
      end
    end
  end)

  it("is another file is a bad file, and is left as it is", function()
    local text = ("not a disc\n"):rep(200000)
    for name, content in pairs {empty = "", short = "x", text = text} do
      local path = d:file(name, content)
      refused("bad_file", "virtual:" .. path)
      refused("bad_file", "virtual:" .. path .. "?medium=cd-rw")
      assert.is_true(run.slurp(path) == content)
    end
  end)

  it("is of another kind or length is refused", function()
    local path = recorded()
    local failure = refused("medium_invalid_type",
      "virtual:" .. path .. "?medium=dvd+r")
    assert.matches("is a cd%-rw, not a dvd%+r", failure.message)
    assert.matches("key", failure.advice)
    failure = refused("medium_invalid_type",
      "virtual:" .. path .. "?minutes=74")
    assert.matches("is no CD of 74 minutes", failure.message)
    local rec = assert(discrecorder.recorder("virtual:" .. path ..
      "?medium=cd-rw&minutes=80"))
    -- Also while a recorder has it open.
    refused("medium_invalid_type", "virtual:" .. path .. "?medium=cd-r")
    assert.equal("complete", rec:medium().state)
  end)

  it("is cut off at any length is a bad file", function()
    local path = recorded()
    forget()
    local whole = 1048576 + 300 * 2048
    local lengths = {}
    for _, edge in ipairs {1, 16, 20, 24, 4096, 4104, 4112, 4120, 65536, 65560,
      65600, 131072, 131096, 131136, 1048576, 1048576 + 2048} do
      for off = -1, 1 do
        table.insert(lengths, edge + off)
      end
    end
    for length = 0, whole - 1, 37123 do
      table.insert(lengths, length)
    end
    table.insert(lengths, whole - 1)
    table.sort(lengths, function(a, b) return a > b end)
    assert.equal("complete", (state(path)))
    for _, length in ipairs(lengths) do
      run.output("truncate", "-s", length, path)
      forget()
      refused("bad_file", "virtual:" .. path)
    end
  end)

  it("has one byte of its description changed is still read", function()
    local path = recorded{multi = true}
    local original = run.slurp(path)
    local function flipped(at, bits)
      local file <close> = assert(io.open(path, "r+b"))
      file:seek("set", at)
      file:write(string.char(original:byte(at + 1) ~ bits))
    end
    local known = {blank = true, appendable = true, damaged = true}
    for slot = 0, 2 do
      local start = 65536 * (slot + 1)
      local used = 24 + string.unpack(">I4", original, start + 9)
      for at = start, start + used - 1 do
        flipped(at, 0xFF)
        forget()
        local now, failure = state(path)
        assert.is_true(known[now], ("byte %d: %s"):format(at,
          tostring(now or failure)))
        flipped(at, 0)
      end
    end
    -- With all spoilt there is nothing left to believe.
    for slot = 0, 2 do
      flipped(65536 * (slot + 1) + 30, 0xFF)
    end
    forget()
    refused("bad_file", "virtual:" .. path)
  end)

  it("has one byte of its head or cell changed is read or refused", function()
    local path = recorded{multi = true}
    local original = run.slurp(path)
    for at = 0, 4096 + 23 do
      if at < 24 or at >= 4096 then
        local file = assert(io.open(path, "r+b"))
        file:seek("set", at)
        file:write(string.char(original:byte(at + 1) ~ 0x81))
        file:close()
        forget()
        local now, _, code = state(path)
        if at < 16 or at >= 20 and at < 24 then
          assert.equal("bad_file", code, at) -- no such file, a later version
        else
          assert.equal("appendable", now, at)
        end
      end
      local file = assert(io.open(path, "r+b"))
      file:seek("set", at)
      file:write(original:sub(at + 1, at + 1))
      file:close()
    end
  end)

  it("is of version 1 has two descriptions, and keeps to them", function()
    local path = recorded{multi = true}
    forget()
    local content = run.slurp(path)
    -- A file as version 1 made it: the newest description in the second slot.
    local newest, highest = nil, 0
    for slot = 0, 2 do
      local at = 65536 * (slot + 1)
      local generation = (">I8"):unpack(content, at + 17)
      if generation > highest then
        newest, highest = content:sub(at + 1, at + 65536), generation
      end
    end
    local other = ("\0"):rep(65536)
    run.spit(path, content:sub(1, 16) .. (">I4I4"):pack(1, 1)
      .. content:sub(25, 65536) .. other .. newest .. other
      .. content:sub(196608 + 65536 + 1))
    assert.equal("appendable", (state(path)))
    forget()
    local rec = assert(discrecorder.recorder("virtual:" .. path))
    assert(rec:open_exclusive())
    disc.tao(rec, {300}, {multi = true})
    disc.tao(rec, {300})
    rec:close()
    rec = nil -- luacheck: ignore 311
    forget()
    local now, medium = state(path)
    assert.equal("complete", now)
    assert.equal(3, medium.sessions)
    content = run.slurp(path)
    assert.equal(other, content:sub(196608 + 1, 196608 + 65536))
    assert.equal(1, (">I4"):unpack(content, 17))
  end)

  it("is held by another process is not accessible", function()
    local path = recorded()
    local child = disc.child([[
      local rec = assert(discrecorder.recorder("virtual:" .. args[1]))
      assert(rec:open_exclusive())
      ready()
      forever()]], path)
    local _, failure, code = discrecorder.recorder("virtual:" .. path)
    child.kill()
    assert.equal("device_not_accessible", code)
    assert.matches("virtual:/", failure.message, 1, true)
    assert.matches("disc", failure.message, 1, true)
    assert.is_nil(failure.message:find "INQUIRY")
    assert.equal("permission", failure.culprit)
    assert.equal("complete", (state(path)))
  end)

  it("is changed by another process is taken for a new disc", function()
    local path = recorded()
    local rec = assert(discrecorder.recorder("virtual:" .. path))
    assert.equal("complete", rec:medium().state)
    run.output{"lua5.4", "-e", ([[
      local rec = assert(require "discrecorder".recorder("virtual:%s"))
      assert(rec:open_exclusive())
      assert(rec:erase())]]):format(path), env = run.lua_env}
    assert.equal("6/28/00", disc.sense(rec, "00 00 00 00 00 00"))
    assert.equal("blank", rec:medium().state)
  end)

  it("cannot grow is a medium with a write error", function()
    d:recorder()
    local path = d.last
    forget()
    -- In the program, no file may grow beyond 1.5 MiB.
    local r = run{"sh", "-c", ([[ulimit -f 3072; trap "" XFSZ; exec lua5.4 -e '
      local source = require "discrecorder.source"
      local rec = assert(require "discrecorder".recorder("virtual:%s"))
      local ok, failure, code = rec:burn{
        tracks = {{source = assert(source.file "%s")}}, verify = false,
        packet = 65536,
      }
      print(ok, code, failure.sense.asc, rec:medium().state,
        failure.culprit)
      print(failure.message)
      print(failure.advice)
      ']]):format(path, d:image(1000)), env = run.lua_env, ours = true}
    local first, message, advice = r.stdout:match "^(.-)\n(.-)\n(.-)\n$"
    assert.equal("nil\tcannot_write_to_media\t12\tdamaged\tdata", first,
      r.stderr)
    assert.matches("the disc's file could not be written: File too large",
      message, 1, true)
    assert.matches("limits of this process", advice, 1, true)
    assert.is_nil(advice:find "another disc")
    local rec <close> = assert(discrecorder.recorder("virtual:" .. path))
    local m = assert(rec:medium())
    assert.equal("damaged", m.state)
    assert(rec:open_exclusive())
    assert.is_true(rec:finish())
    assert.equal("complete", rec:medium().state)
    assert.equal(1, (string.unpack("<I4", rec:read(0, 1))))
    assert.is_true(rec:erase())
  end)

  it("may not be read is not accessible, and the permission's fault",
    function()
      if run.output("id", "-u") ~= "0" then
        pending "only root can be somebody else"
      end
      local as = {"setpriv", "--reuid=65534", "--regid=65534",
        "--clear-groups"}
      local function as_other(...)
        local words = table.move(as, 1, #as, 1, {env = run.lua_env,
          ours = true})
        table.move({...}, 1, select("#", ...), #words + 1, words)
        return run(words)
      end
      if as_other("test", "-r", run.root .. "/lua/discrecorder/init.lua")
        .status ~= 0 then
        pending "another user cannot read this checkout"
      end
      local path = recorded()
      run.output("chmod", "755", d.folder)
      run.output("chmod", "600", path)
      local r = as_other("lua5.4", "-e", ([[
        local rec, failure, code =
          require "discrecorder".recorder("virtual:%s")
        print(rec, failure.culprit, code)]]):format(path))
      assert.equal("nil\tpermission\tdevice_not_accessible\n", r.stdout,
        r.stderr)
      r = as_other("lua5.4", "-e", ([[
        local rec, failure, code =
          require "discrecorder".recorder("virtual:%s/new?medium=cd-r")
        print(rec, failure.culprit)]]):format(d.folder))
      assert.equal("nil\tpermission\n", r.stdout, r.stderr)
      assert.is_false(exists(d:path "new"))
    end)
end)

describe("zeros on a disc", function()
  it("are a hole in its file, over what stood there too", function()
    local bench = burning.bench "medium=dvd-ram"
    local zeros = bench:path "zeros"
    run.output("truncate", "-s", "4M", zeros)
    local rec <close> = bench:recorder()
    for _, path in ipairs {bench:image(2048), zeros} do
      local report = assert(rec:burn(burning.job(path, {as_needed = true})))
      assert.is_true(report.verified)
      bench:has(report.tracks[1], run.slurp(path))
    end
    local kept = run.output("stat", "-c", "%b", bench.disc_path)
    assert.is_true(tonumber(kept) * 512 < 1 << 20, kept)
    bench:remove()
  end)
end)

describe("a disc whose burning program is killed", function()
  -- An image of which each block tells its number.
  local BLOCKS <const> = 30000
  local ROUNDS <const> = 20
  local SEED <const> = 20261123

  local program <const> = [[
    local source = require "discrecorder.source"
    local rec = assert(discrecorder.recorder("virtual:" .. args[1]))
    assert(rec:open_exclusive())
    if args[3] == "burn first" then
      assert(rec:erase(false))
    end
    ready()
    while true do
      if args[3] ~= "burn first" then
        assert(rec:erase(true))
      end
      args[3] = nil
      assert(rec:burn{
        tracks = {{source = assert(source.file(args[2]))}}, verify = false,
      })
    end]]

  -- Blocks of the track that are the image's, from its start.
  local function assert_prefix(rec, image, count)
    for lba = 0, count - 1, 1000 do
      local n = math.min(1000, count - lba)
      assert.is_true(image:sub(lba * 2048 + 1, (lba + n) * 2048) ==
        rec:read(lba, n), "the track's blocks differ from the image")
    end
  end

  it("tells the truth, and is brought back", function()
    local random = SEED
    local function next_random(n) -- the same everywhere
      random = (random * 6364136223846793005 + 1442695040888963407)
      return (random >> 33) % n
    end
    local image = run.slurp(d:image(BLOCKS))
    local path = recorded()
    local seen = {}
    for round = 1, ROUNDS do
      local child = disc.child(program, path, d:path "image.iso",
        round % 4 > 0 and "burn first" or "erase first")
      os.execute(("sleep 0.%03d"):format(next_random(100)))
      child.kill()
      forget()
      local where = ("seed %d, round %d"):format(SEED, round)
      local rec <close> = assert(discrecorder.recorder("virtual:" .. path))
      local m = assert(rec:medium(), where)
      seen[m.state] = (seen[m.state] or 0) + 1
      assert.is_true(({blank = true, appendable = true, complete = true,
        damaged = true})[m.state], where)
      assert.is_true(rec:open_exclusive(), where)
      if m.state == "complete" then
        assert_prefix(rec, image, BLOCKS)
      elseif m.state == "damaged" and m.tracks[1].open then
        error(where .. ": a damaged track has a next address")
      elseif m.state == "damaged" and rec:finish "disc" then
        local after = assert(rec:medium())
        assert.equal("complete", after.state, where)
        assert_prefix(rec, image,
          math.min(m.tracks[1].blocks, BLOCKS))
        seen.finished = (seen.finished or 0) + 1
      end
      assert.is_true(rec:erase(), where)
      assert.equal("blank", rec:medium().state, where)
    end
    assert.is_true((seen.finished or 0) > 0, "no kill hit a burn")
  end)
end)
