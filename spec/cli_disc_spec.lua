
local command = require "spec.support.command"
local each = require "spec.support.each"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

local json, error_code = command.json, command.error_code

local s = each(scratch.new)

local function burned(...)
  local address = s:address()
  json("burn", address, s:files(), "--json", ...)
  return address
end

-- Change one byte of every occurrence of a text in a file.
local function spoil(path, text)
  local content = run.slurp(path)
  local spoiled, count = content:gsub(text, "J" .. text:sub(2))
  assert.is_true(count > 0)
  run.spit(path, spoiled)
end

local function disc_file(address)
  return address:match("^virtual:([^?]+)")
end

describe("discrecorder list", function()
  it("shows the addresses in DISCRECORDER_ADDRESSES", function()
    local address = burned()
    local r = run.command{
      "list", env = {DISCRECORDER_ADDRESSES = address},
    }
    assert.are.equal(0, r.status, r.stderr)
    assert.is_truthy(r.stdout:find("cdrw", 1, true), r.stdout)
    local found = json{
      "list", "--json", env = {DISCRECORDER_ADDRESSES = address},
    }.recorders
    local last = found[#found]
    assert.are.equal("cdrw", last.type)
    assert.are.equal("string", type(last.vendor))
  end)
end)

describe("discrecorder info", function()
  it("tells recorder and medium", function()
    local address = burned()
    local info = json("info", address, "--json")
    assert.are.equal("cdrw", info.recorder.type)
    assert.are.equal("idle", info.recorder.state)
    assert.matches("^%x+%-%x+%-5%x+%-%x+%-%x+$", info.recorder.guid)
    assert.are.equal("cd-rw", info.medium.profile)
    assert.are.equal("complete", info.medium.state)
    assert.are.equal(1, info.medium.sessions)
    local track = info.medium.tracks[1]
    assert.are.equal(1, track.number)
    assert.are.equal(1, track.session)
    assert.are.equal("data", track.kind)
    assert.are.equal(0, track.start)
    local r = run.command("info", address)
    assert.matches("medium +cd%-rw\n", r.stdout)
    assert.matches("track 1 +session 1 +data", r.stdout)
  end)

  it("never makes a disc", function()
    local address = s:address()
    local r = run.command("info", address)
    assert.are.equal(1, r.status)
    assert.is_nil(io.open(disc_file(address)))
  end)

  it("fails on what is no disc", function()
    local function code(address)
      return error_code("info", address, "--json")
    end
    local path = s:file("text", "no disc\n")
    assert.are.equal("device_not_present", code("virtual:" .. s:path("none")))
    assert.are.equal("bad_file", code("virtual:" .. path))
    assert.are.equal("bad_file", code("virtual:" .. s.folder))
  end)
end)

describe("discrecorder read", function()
  it("gives the image that was written", function()
    local image, address = s:image(600), s:address()
    json("write", address, image, "--json")
    json("read", address, s:path("copy.iso"), "--json")
    local copy = run.slurp(s:path("copy.iso"))
    assert.are.equal(run.slurp(image), copy:sub(1, 600 * 2048))
  end)

  it("says where the image is", function()
    local r = run.command("read", burned(), s:path("copy.iso"))
    assert.are.equal(0, r.status, r.stderr)
    assert.are.equal("Wrote " .. s:path("copy.iso") .. ".\n", r.stdout)
  end)

  it("says when it took all of a track for want of a volume", function()
    local address, out = s:address(), s:path "out.iso"
    json("write", address, s:image(300), "--json")
    local r = run.command("read", address, out)
    assert.are.equal(0, r.status, r.stderr)
    assert.matches("all of the track", r.stdout, 1, true)
    assert.are.equal(450 * 2048, #run.slurp(out))
  end)

  it("has nothing to read on a blank disc", function()
    local address = s:address()
    json("burn", address, s:files(), "--simulate", "--json")
    local r = run.command("read", address, s:path("copy.iso"))
    assert.are.equal(1, r.status)
  end)
end)

describe("discrecorder export", function()
  it("makes an ISO that xorriso finds right", function()
    local address, image = burned(), s:path("out.iso")
    json("export", address, image, "--json")
    local r = run("xorriso", "-md5", "on", "-indev", image, "-check_media",
      "--")
    assert.are.equal(0, r.status, r.stderr)
  end)

  it("makes a CUE with its BIN that cd-info reads", function()
    local address = burned()
    json("export", address, s:path("out.cue"), "--json")
    local about = run.output("cd-info", "--no-device-info", "--no-cddb",
      "--cue-file=" .. s:path("out.cue"))
    assert.matches("data", about)
    assert.is_truthy(io.open(s:path("out.bin")))
  end)
end)

describe("discrecorder verify", function()
  it("compares with an image", function()
    local image, address = s:image(600), s:address()
    json("write", address, image, "--no-verify", "--json")
    assert.is_true(json("verify", address, "--against", image, "--json").ok)
    spoil(image, "iiii")
    assert.are.equal("verify_failed",
      error_code("verify", address, "--against", image, "--json"))
    assert.matches("Make sure that this is what was burned",
      run.command("verify", address, "--against", image).stderr, 1, true)
  end)

  it("compares with the folder that was burned", function()
    local address = burned()
    local r = run.command("verify", address, "--against", s:files())
    assert.are.equal(0, r.status, r.stderr)
    assert.are.equal("The disc holds what it should.\n", r.stdout)
    s:file("files/hello.txt", "hallo\n")
    assert.are.equal("verify_failed",
      error_code("verify", address, "--against", s:path("files"), "--json"))
  end)

  it("checks by the report of the burn, later", function()
    local report = s:path("report.json")
    local address = burned("--report", report)
    json("verify", address, "--report", report, "--json")
    spoil(disc_file(address), "hello\n")
    local r = run.command("verify", address, "--report", report)
    assert.are.equal(1, r.status)
    assert.are.equal("", r.stdout)
    assert.matches("^discrecorder: [^\n]+\n", r.stderr)
  end)

  it("refuses a file that is no report", function()
    local address = burned()
    for _, content in ipairs{"", "{", "[]", "{\"tracks\": 1}"} do
      assert.are.equal("bad_file", error_code("verify", address, "--report",
        s:file("report.json", content), "--json"))
    end
    run.output("truncate", "-s", "17M", s:path "report.json")
    assert.are.equal("bad_file", error_code("verify", address, "--report",
      s:path "report.json", "--json"))
    assert.are.equal("file_access", error_code("verify", address, "--report",
      s:path "none.json", "--json"))
  end)

  it("checks the MD5 tags when there is nothing else", function()
    local address = burned()
    assert.are.equal("tags", json("verify", address, "--json").verified)
    spoil(disc_file(address), "hello\n")
    assert.are.equal("verify_failed",
      error_code("verify", address, "--json"))
  end)

  it("says when it could only read", function()
    local address = burned("--md5", "none")
    assert.are.equal("readable", json("verify", address, "--json").verified)
    local r = run.command("verify", address)
    assert.matches("nothing to compare with", r.stdout)
  end)
end)

describe("discrecorder erase", function()
  it("makes a rewritable disc blank", function()
    for _, full in ipairs{false, true} do
      local address = burned()
      local r = run.command("erase", address, full and "--full" or nil)
      assert.are.equal(0, r.status, r.stderr)
      assert.are.equal("The disc is blank.\n", r.stdout)
      assert.are.equal("blank", json("info", address, "--json").medium.state)
    end
  end)

  it("refuses a CD-R", function()
    local address = s:address("medium=cd-r")
    json("burn", address, s:files(), "--json")
    assert.are.equal("medium_invalid_type",
      error_code("erase", address, "--json"))
  end)
end)

describe("discrecorder finish", function()
  it("ends a disc that was kept open", function()
    local address = s:address "medium=dvd+r"
    json("burn", address, s:files(), "--keep-open", "--json")
    local r = run.command("finish", address)
    assert.are.equal("The session is closed.\n", r.stdout, r.stderr)
    assert.are.equal("appendable", json("info", address, "--json").medium.state)
    r = run.command("finish", address, "disc")
    assert.are.equal("The disc is closed.\n", r.stdout, r.stderr)
    assert.are.equal("complete", json("info", address, "--json").medium.state)
  end)

  it("has nothing to end on a blank disc", function()
    local address = s:address()
    json("burn", address, s:files(), "--simulate", "--json")
    assert.are.equal("medium_invalid_type",
      error_code("finish", address, "--json"))
  end)
end)

describe("discrecorder eject and load", function()
  it("end well", function()
    local address = burned()
    local r = run.command("eject", address)
    assert.are.equal(0, r.status, r.stderr)
    assert.are.equal("The tray is open.\n", r.stdout)
    assert.is_true(json("load", address, "--json").ok)
  end)
end)
