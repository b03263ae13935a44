local dkjson = require "dkjson"

local burning = require "spec.support.burning"
local command = require "spec.support.command"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

local json, json_error = command.json, command.error

local function sha256(path)
  return run.output("sha256sum", path):match("^%x+")
end

local function medium(address)
  return json("info", address, "--json").medium
end

-- What an image holds, as xorriso lists it: path by path.
local function listing(image)
  return run.output("xorriso", "-indev", image, "-find", "/")
end

describe("discrecorder burn", function()
  local s

  before_each(function()
    s = scratch.new()
  end)

  after_each(function()
    s:remove()
  end)

  it("burns a folder and reads it back", function()
    local address = s:address()
    local r = run.command("burn", address, s:files())
    assert.are.equal(0, r.status, r.stderr)
    assert.matches("^Burned ", r.stdout)
    assert.matches("\nRead back from the disc: all %d+ blocks", r.stdout)
    assert.are.equal("complete", medium(address).state)
  end)

  it("puts the contents of one folder at the root", function()
    local address, image = s:address(), s:path("out.iso")
    json("burn", address, s:files(), "--volume-id", "MY_FILES", "--json")
    json("export", address, image, "--json")
    local list = listing(image)
    assert.is_truthy(list:find("'/hello.txt'", 1, true), list)
    assert.is_truthy(list:find("'/sub/numbers.bin'", 1, true), list)
    local about = run.output("isoinfo", "-d", "-i", image)
    assert.matches("Volume id: MY_FILES", about)
  end)

  it("puts several paths under their names", function()
    local address, image = s:address(), s:path("out.iso")
    json("burn", address, s:files(), s:file("other/note", "x"), "--json")
    json("export", address, image, "--json")
    local list = listing(image)
    assert.is_truthy(list:find("'/files/hello.txt'", 1, true), list)
    assert.is_truthy(list:find("'/note'", 1, true), list)
  end)

  it("puts what is mapped where it is told", function()
    local address, image = s:address(), s:path("out.iso")
    json("burn", address, "--map", "/a/b=" .. s:files(), "--json")
    json("export", address, image, "--json")
    assert.is_truthy(listing(image):find("'/a/b/hello.txt'", 1, true))
  end)

  it("leaves out what is excluded", function()
    local address, image = s:address(), s:path("out.iso")
    json("burn", address, s:files(), "--exclude", "*.bin", "--json")
    json("export", address, image, "--json")
    local list = listing(image)
    assert.is_falsy(list:find("numbers.bin", 1, true), list)
    assert.is_truthy(list:find("hello.txt", 1, true), list)
  end)

  it("puts a manifest on the disc", function()
    local address, image = s:address(), s:path("out.iso")
    json("burn", address, s:files(), "--manifest", "--json")
    json("export", address, image, "--json")
    local folder = s:path("out")
    run.output("xorriso", "-osirrox", "on", "-indev", image, "-extract", "/",
      folder)
    local r = run{"sha256sum", "-c", "SHA256SUMS", cwd = folder}
    assert.are.equal(0, r.status, r.stdout .. r.stderr)
    assert.matches("hello.txt: OK", r.stdout)
  end)

  it("gives the same bytes for the same tree and date", function()
    local files = s:files()
    local function burn(from)
      local report =
        json("burn", s:address(), from, "--date", "1700000000", "--json")
      return report.tracks[1].sha256
    end
    local first = burn(files)
    run.output("cp", "-r", files, s:path("copy"))
    assert.are.equal(first, burn(s:path("copy")))
  end)

  it("puts MD5 sums of files where they are asked for", function()
    local address, image = s:address(), s:path("out.iso")
    json("burn", address, s:files(), "--md5", "files", "--json")
    json("export", address, image, "--json")
    local r = run("xorriso", "-md5", "on", "-indev", image, "-check_md5",
      "SORRY", "/hello.txt", "--")
    assert.are.equal(0, r.status, r.stderr)
  end)

  it("gives the report as JSON, with the medium as it is now", function()
    local report = json("burn", s:address(), s:files(), "--json")
    assert.is_true(report.ok)
    assert.is_truthy(report.verified)
    assert.are.equal("cd-rw", report.medium.profile)
    assert.are.equal("complete", report.medium.state)
    assert.are.equal(0, report.tracks[1].start)
    assert.are.equal(
      report.tracks[1].sha256,
      report.readback.tracks[1].sha256
    )
    assert.matches("^%l+$", report.readback.method)
    assert.are.equal("table", type(report.warnings))
    assert.are.equal("table", type(report.seconds))
    assert.are.equal("string", type(report.recorder.vendor))
  end)

  it("saves a report of a recorder that is not there, too", function()
    local file = s:path("report.json")
    local r = run.command("burn", "virtual:" .. s:path("no/disc?medium=cd-r"),
      s:files(), "--report", file)
    assert.are.equal(1, r.status)
    local report = assert(dkjson.decode(run.slurp(file)))
    assert.is_false(report.ok)
    assert.are.equal("file_access", report.error.code)
  end)

  it("saves the report", function()
    local file = s:path("report.json")
    local r = run.command("burn", s:address(), s:files(), "--report", file)
    assert.are.equal(0, r.status, r.stderr)
    local report = assert(dkjson.decode(run.slurp(file)))
    assert.is_true(report.ok)
  end)

  it("saves the report of a failure, too", function()
    local file = s:path("report.json")
    local r = run.command("burn", s:address(), s:path("absent"), "--report",
      file)
    assert.are.equal(1, r.status)
    local report = assert(dkjson.decode(run.slurp(file)))
    assert.is_false(report.ok)
    assert.are.equal("bad_file", report.error.code)
  end)

  it("replaces a report and an empty file, and nothing else", function()
    local file = s:path "report.json"
    for _, before in ipairs {"", '{"ok": false}\n', ' {"tracks": [1]} '} do
      run.spit(file, before)
      local r = run.command("burn", s:address(), s:files(), "--report", file)
      assert.are.equal(0, r.status, r.stderr)
      assert.is_true(dkjson.decode(run.slurp(file)).ok)
    end
    for i, before in ipairs {
      ("\0"):rep(4096), "text", "[1]", '{"cut": ', '{"ok": true} more', "{}x",
    } do
      run.spit(file, before)
      local e = json_error("burn", s:address(), s:files(), "--report", file,
        "--json")
      assert.are.equal("file_exists", e.code)
      assert.are.equal("data", e.culprit)
      assert.are.equal(before, run.slurp(file))
      assert.is_nil(io.open(s:path("disc" .. 3 + i)))
    end
    local r = run.command("burn", s:address(), s:files(), "--report",
      "/dev/null")
    assert.are.equal(0, r.status, r.stderr)
  end)

  it("leaves the disc file alone that --report names by mistake", function()
    local address = s:address()
    assert.are.equal(0, run.command("burn", address, s:files()).status)
    local e = json_error("burn", address, s:files(), "--report",
      s:path "disc1", "--json")
    assert.are.equal("file_exists", e.code)
    assert.are.equal(0, run.command("info", address).status)
  end)

  it("writes nothing when the report cannot be saved", function()
    local address = s:address()
    local e = json_error("burn", address, s:files(), "--report",
      s:path("no/such/folder/report.json"), "--json")
    assert.are.equal("file_access", e.code)
    assert.is_nil(io.open(s:path("disc1")))
  end)

  it("is silent with --quiet", function()
    local r = run.command("burn", s:address(), s:files(), "--quiet")
    assert.are.equal(0, r.status)
    assert.are.equal("", r.stdout)
    assert.are.equal("", r.stderr)
  end)

  it("shows progress in plain lines where there is no terminal", function()
    local r = run.command("burn", s:address(), s:files())
    assert.are.equal(0, r.status)
    assert.is_falsy(r.stderr:find("[\r\27]"), r.stderr)
  end)

  it("shows a bar on a terminal", function()
    local line = ("LD_PRELOAD=%s %s burn %s %s"):format(
      run.quote(os.getenv("LD_PRELOAD") or ""),
      run.quote(run.root .. "/bin/discrecorder"),
      run.quote(s:address()),
      run.quote(s:image(20000, "large")))
    local r = run("script", "-qec", line, "/dev/null")
    assert.are.equal(0, r.status, r.stdout)
    assert.matches("\r%l+ +%[[#-]+%] +%d+%%", r.stdout)
  end)

  it("reads nothing back with --no-verify", function()
    local report =
      json("burn", s:address(), s:files(), "--no-verify", "--json")
    assert.is_true(report.ok)
    assert.is_falsy(report.verified)
  end)

  it("writes nothing with --simulate", function()
    local address = s:address()
    json("burn", address, s:files(), "--simulate", "--json")
    assert.are.equal("blank", medium(address).state)
  end)

  it("leaves the disc open with --keep-open", function()
    local address = s:address()
    json("burn", address, s:files(), "--keep-open", "--json")
    assert.are.equal("appendable", medium(address).state)
  end)

  it("takes a speed as a multiple and in kB/s", function()
    json("burn", s:address(), s:files(), "--speed", "4x", "--json")
    json("burn", s:address(), s:files(), "--speed", "706", "--json")
    json("burn", s:address(), s:files(), "--speed", "max", "--json")
  end)

  it("takes a largest packet", function()
    local trace = s:path "trace"
    json("write", s:address(), s:image(300), "--packet", "64", "--json",
      "--trace", trace)
    local most = 0
    for len in run.slurp(trace):gmatch 'opcode="WRITE%(10%)".- len=(%d+)' do
      most = math.max(most, tonumber(len))
    end
    assert.are.equal(65536, most)
  end)

  it("ejects the disc when it is asked to", function()
    local report = json("burn", s:address(), s:files(), "--eject", "--json")
    assert.is_true(report.ok)
  end)

  it("writes a trace", function()
    local trace = s:path("trace")
    json("burn", s:address(), s:files(), "--trace", trace, "--json")
    assert.is_true(#run.slurp(trace) > 1000)
  end)

  it("refuses a disc that is not blank", function()
    local address = s:address()
    json("burn", address, s:files(), "--json")
    local e = json_error("burn", address, s:files(), "--json")
    assert.are.equal("medium_not_blank", e.code)
    assert.are.equal("medium", e.culprit)
  end)

  it("refuses what is too large, before the first byte", function()
    local address = s:address("medium=cd-r&minutes=74")
    run.output("truncate", "-s", "5G", s:file("big/file", ""))
    local e = json_error("burn", address, s:path("big"), "--json")
    assert.are.equal("disc_full", e.code)
    assert.are.equal("blank", medium(address).state)
  end)

  it("tells a failure in words, with advice", function()
    local r = run.command("burn", s:address(), s:path("absent"))
    assert.are.equal(1, r.status)
    assert.are.equal("", r.stdout)
    assert.matches("^discrecorder: [^\n]*absent", r.stderr)
    assert.matches("\n%u[^\n]+%.\n", r.stderr)
  end)

  it("does not let a name command the terminal", function()
    local r = run.command("burn", s:address(), s:path("no\27[31mne"))
    assert.are.equal(1, r.status)
    assert.is_falsy(r.stderr:find("\27", 1, true))
    assert.is_truthy(r.stderr:find("no\\x1B[31mne", 1, true), r.stderr)
  end)
end)

describe("discrecorder write", function()
  local s

  before_each(function()
    s = scratch.new()
  end)

  after_each(function()
    s:remove()
  end)

  it("writes an image as it is", function()
    local image = s:image(700)
    local report = json("write", s:address(), image, "--json")
    assert.are.equal(700, report.tracks[1].blocks)
    assert.are.equal(sha256(image), report.tracks[1].sha256)
    assert.are.equal(sha256(image), report.readback.tracks[1].sha256)
    assert.is_truthy(report.verified)
  end)

  it("writes what comes from standard input, as much as it is", function()
    local text = ("0123456789"):rep(1000)
    local r = run.command({"write", s:address(), "-", "--json", stdin = text})
    assert.are.equal(0, r.status, r.stderr)
    local track = dkjson.decode(r.stdout).tracks[1]
    assert.are.same({10000, 5}, {track.bytes, track.blocks})
    assert.are.equal(burning.sha256_of(text), track.sha256)
    r = run.command("write", s:address(), "-", "--json")
    assert.are.equal(1, r.status)
    assert.are.equal("bad_file", dkjson.decode(r.stdout).error.code)
  end)

  it("pads a short image to what a track needs", function()
    local report = json("write", s:address(), s:image(10), "--json")
    assert.are.equal(10, report.tracks[1].blocks)
    assert.is_true(report.tracks[1].padding >= 290)
  end)

  it("refuses an image that is missing, empty or no blocks", function()
    local function code(path)
      return json_error("write", s:address(), path, "--json").code
    end
    assert.are.equal("bad_file", code(s:path("absent")))
    assert.are.equal("bad_file", code(s:file("empty", "")))
    assert.are.equal("bad_file", code(s:file("odd", ("x"):rep(2049))))
  end)

  it("refuses a drive that is not there", function()
    local e = json_error("write", "/dev/no-such-drive", s:image(1), "--json")
    assert.are.equal("device_not_present", e.code)
    assert.are.equal(0x80040213, e.hresult)
  end)
end)
