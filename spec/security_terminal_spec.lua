-- docs/security.md: nothing that a disc, a drive, an image or a file is called
-- commands the terminal that the command speaks to.
local album = require "spec.support.album_disc"
local cdtext = require "discrecorder.cdtext"
local console = require "discrecorder.cli.console"
local disc = require "spec.support.disc"
local dkjson = require "dkjson"
local each = require "spec.support.each"
local run = require "spec.support.run"

-- Sets a title, clears the screen, goes back over a line, turns what follows
-- around, as C0, as C1, as UTF-8 and as none.
local HOSTILE <const> =
  "\27]0;x\7\27[2J\r\8\127\x9B31m\u{9B}31m\u{202E}\u{2066}\u{61C}\xFF"

local d = each(disc.new)

-- Fails where a terminal would obey.
local function harmless(said)
  assert.is_truthy(utf8.len(said), said)
  for _, code in utf8.codes(said) do
    assert.is_false(code < 0x20 and code ~= 0x0A
      or code >= 0x7F and code <= 0x9F or code == 0x61C
      or code >= 0x200E and code <= 0x200F
      or code >= 0x2028 and code <= 0x202E
      or code >= 0x2066 and code <= 0x2069, ("U+%04X in %s"):format(code, said))
  end
end

-- What the command says, plain and as JSON, each harmless.
local function says(status, ...)
  local plain = run.command(...)
  assert.are.equal(status, plain.status, plain.stdout .. plain.stderr)
  local arguments = {...}
  table.insert(arguments, "--json")
  local json = run.command(arguments)
  for _, said in ipairs{
    plain.stdout, plain.stderr, json.stdout, json.stderr,
  } do
    harmless(said)
  end
  return plain.stdout .. plain.stderr, assert(dkjson.decode(json.stdout))
end

-- Change bytes in a file, which stay as many.
local function patch(path, from, to)
  assert.are.equal(#from, #to)
  local content = run.slurp(path)
  local at = content:find(from, 1, true)
  assert.is_truthy(at, from)
  while at do
    content = content:sub(1, at - 1) .. to .. content:sub(at + #from)
    at = content:find(from, at + #to, true)
  end
  run.spit(path, content)
end

describe("the name of a volume", function()
  it("is told by info without what it orders", function()
    local image = d:path "x.iso"
    run.output("xorriso", "-as", "mkisofs", "-quiet", "-V", "VICTIMVICTIM",
      "-o", image, d:files())
    patch(image, "VICTIMVICTIM", "\27[2J\7\x9B31m\r\xFF\127")
    local address = "virtual:" .. d:path "disc"
    says(0, "write", address .. "?medium=cd-rw", image, "--as-needed")
    local said = says(0, "info", address)
    assert.is_truthy(said:find("\\x1B[2J\\x07\\x9B31m\\x0D\\xFF\\x7F", 1,
      true), said)
  end)
end)

describe("the name of a file", function()
  it("is told by verify without what it orders, and in one line", function()
    local name = "evil\27[2J\nall is well\u{202E}"
    d:file("files/" .. name, "burned")
    local address = "virtual:" .. d:path "disc"
    says(0, "burn", address .. "?medium=cd-rw", d:path "files",
      "--as-needed")
    d:file("files/" .. name, "others")
    local said = says(1, "verify", address, "--against", d:path "files")
    assert.is_truthy(said:find(
      "evil\\x1B[2J\\x0Aall is well\\xE2\\x80\\xAE", 1, true), said)
  end)

  it("is told in refusals without what it orders", function()
    local path = d:path("none" .. HOSTILE .. "\nx")
    for _, arguments in ipairs{
      {"burn", d:address(), path},
      {"write", d:address(), path},
      {"verify", d:address(), "--report", path},
      {"cd-text", path},
      {"audio", d:address(), path},
      {"info", "virtual:" .. path},
      {"info", path},
      {"info", "replay:" .. path},
      {"info", "serial:" .. path},
      {"doctor", path},
    } do
      local said = says(1, table.unpack(arguments))
      if arguments[1] ~= "verify" then
        assert.is_truthy(said:find("\\x1B[2J", 1, true), said)
      end
    end
  end)

  it("is told without what it orders where the command line is wrong",
    function()
      local r = run.command("copy", "a" .. HOSTILE, "b" .. HOSTILE)
      assert.are.equal(2, r.status)
      harmless(r.stderr)
      r = run.command("no" .. HOSTILE)
      assert.are.equal(2, r.status)
      harmless(r.stderr)
      assert.is_truthy(r.stderr:find("\\x1B[2J", 1, true), r.stderr)
    end)
end)

describe("CD-TEXT", function()
  local function texts(title)
    return cdtext.encode{
      first_track = 1,
      blocks = {{
        language = 9, encoding = "iso-8859-1",
        disc = {title = title, performer = "P"}, tracks = {{title = title}},
      }},
    }
  end

  -- Packs with texts that no encoder makes, and the check sums of their own.
  local function hostile_packs()
    local packs = texts "AAAAAAAA":gsub("AAAAAAAA", "\27[2J\x9B1m\7")
    local list = {}
    for pack in packs:gmatch(("."):rep(18)) do
      table.insert(list, pack:sub(1, 16))
    end
    for i, pack in ipairs(list) do
      local sum = 0
      for at = 1, 16 do
        sum = sum ~ pack:byte(at) << 8
        for _ = 1, 8 do
          sum = sum << 1
          sum = sum > 0xFFFF and sum & 0xFFFF ~ 0x1021 or sum
        end
      end
      list[i] = pack .. string.pack(">I2", ~sum & 0xFFFF)
    end
    return table.concat(list)
  end

  it("is listed without what it orders", function()
    local said = says(0, "cd-text", d:file("x.cdt", hostile_packs()))
    assert.is_truthy(said:find("title       \\x1B[2J\\xC2\\x9B1m\\x07", 1,
      true), said)
  end)

  it("of a sheet is listed or refused without what it orders", function()
    says(0, "cd-text", d:file("x.cue", ('TITLE "%s"\nFILE "a" WAVE\n'):format(
      "\27[2J") .. "TRACK 1 AUDIO\nINDEX 1 0:0:0\n"))
    says(1, "cd-text", d:file("y.cue", ('FILE "a" %s\n'):format(HOSTILE)))
    says(1, "cd-text", d:file("y.toc", ("CD_DA\n%s\n"):format(HOSTILE)))
  end)

  it("of a disc goes into a sheet, and that is told without what it orders",
    function()
      do
        local rec <close> = d:opened "medium=cd-r"
        album.record(rec, {packs = hostile_packs(), tracks = {{blocks = 300}}})
      end
      says(0, "info", "virtual:" .. d.last)
      local r = run.command("export", "virtual:" .. d.last, d:path "out.cue")
      assert.are.equal(0, r.status, r.stderr)
      harmless(r.stdout .. r.stderr)
      says(0, "cd-text", d:path "out.cue")
    end)
end)

describe("what a drive says it is", function()
  it("is told by info and list without what it orders", function()
    local path = d:path "trace"
    d:recorder():close()
    collectgarbage()
    assert.are.equal(0,
      run.command("info", "virtual:" .. d.last, "--trace", path).status)
    -- In the answers to INQUIRY: vendor and product.
    local function hex(bytes)
      return (bytes:gsub(".", function(c)
        return ("%02x"):format(c:byte())
      end))
    end
    local trace = run.slurp(path)
    local changed, count = trace:gsub(hex "DISCREC ", hex "\27[2J\7\x9B1m")
    assert.is_true(count > 0, trace:sub(1, 2000))
    run.spit(path, changed)
    -- The library has blanks in their place already.
    local said = says(0, "info", "replay:" .. path)
    assert.is_truthy(said:find("model             [2J  1m CD-RW", 1, true),
      said)
    local r = run.command{
      "list", env = {DISCRECORDER_ADDRESSES = "replay:" .. path},
    }
    harmless(r.stdout .. r.stderr)
    assert.is_truthy(r.stdout:find(" [2J  1m ", 1, true), r.stdout)
  end)

  it("is told without what it orders where it is an address of iSCSI",
    function()
      says(1, "info", "iscsi://127.0.0.1:1/iqn.2020-01.org.example:"
        .. HOSTILE .. "/1")
    end)
end)

describe("a report", function()
  it("with hostile texts is refused without what they order", function()
    local path = d:file("r.json", dkjson.encode{
      ok = true, tracks = {{start = 0, blocks = 5, sha256 = "\27[2J" .. "x",
        kind = "\27[2J"}},
    })
    local address = "virtual:" .. d:path "disc"
    says(0, "burn", address .. "?medium=cd-rw", d:files(), "--as-needed")
    says(1, "verify", address, "--report", path)
    says(1, "verify", address, "--report",
      d:file("bad.json", '{"tracks":"' .. HOSTILE))
  end)
end)

describe("a password in an address", function()
  local transports = require "discrecorder.transports"

  it("is not shown, whatever is in it", function()
    for address, shown in pairs{
      ["iscsi://me:secret@host:1/iqn.x/1"] = "iscsi://me@host:1/iqn.x/1",
      ["iscsi://me:sec@ret@host:1/iqn.x/1"] = "iscsi://me@host:1/iqn.x/1",
      ["iscsi://me:sec:ret@host/iqn.x/1"] = "iscsi://me@host/iqn.x/1",
      ["iscsi://me@there:secret@host/iqn.x/1"] =
        "iscsi://me@there@host/iqn.x/1",
      ["iscsi://host:3260/iqn.x:a@b/1"] = "iscsi://host:3260/iqn.x:a@b/1",
      ["iscsi://me@host:3260/iqn.x/1"] = "iscsi://me@host:3260/iqn.x/1",
      ["virtual:a:b@c"] = "virtual:a:b@c",
    } do
      assert.are.equal(shown, transports.shown(address))
    end
  end)

  it("is not told where several recorders are meant", function()
    local enumeration = require "discrecorder.enumeration"
    local addresses, open = enumeration.addresses, transports.open
    finally(function()
      enumeration.addresses, transports.open = addresses, open
    end)
    enumeration.addresses = function()
      return {"iscsi://me:secret@a/iqn.x/1", "iscsi://me:secret@b/iqn.x/1"}
    end
    transports.open = function()
      return {serial = "K1"}
    end
    local place, failure, code = enumeration.resolve "serial:K1"
    assert.is_nil(place)
    assert.are.equal("device_not_accessible", code)
    assert.matches("iscsi://me@a/iqn.x/1, iscsi://me@b/", failure.message, 1,
      true)
    assert.is_nil(failure.message:find("secret", 1, true))
  end)
end)

describe("JSON", function()
  it("is valid UTF-8 with all that a terminal obeys escaped", function()
    local told = console.encode{[HOSTILE] = HOSTILE}
    harmless(told)
    assert.matches("\\u001b", told)
    assert.are.equal("\27]0;x\7", next((dkjson.decode(told))):sub(1, 6))
  end)
end)
