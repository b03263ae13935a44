-- The command on drives in other machines.

local dkjson = require "dkjson"

local disc = require "discrecorder"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"
local tgt = require "spec.support.tgt"

local GONE <const> = "iscsi://127.0.0.1:1/iqn.2020-01.org.example:none/1"

local missing = tgt.missing()

describe("the command, on a drive in another machine", function()
  local s, target, address, path

  before_each(function()
    s = scratch.new()
    if not missing then
      target = tgt.start()
      address, path = target:disc()
    end
  end)

  after_each(function()
    collectgarbage()
    if target then
      target:stop()
    end
    s:remove()
  end)

  local function with_tgt(name, f)
    it(name, function()
      if missing then
        pending(missing)
      end
      f()
    end)
  end

  it("lists one that cannot be reached with its failure", function()
    local r = run.command{"list", "--json",
      env = {DISCRECORDER_ADDRESSES = GONE}}
    assert.are.equal("", r.stderr)
    local list = assert(dkjson.decode(r.stdout))
    local found
    for _, row in ipairs(list.recorders or list) do
      found = row.address == GONE and row or found
    end
    assert.are.equal("device_not_present",
      (found.error or found.failure).code)
  end)

  it("tells no password when it lists addresses or examines them", function()
    local secret = GONE:gsub("//", "//someone:secret-secret@")
    for _, words in ipairs{
      {"list"}, {"list", "--json"}, {"doctor"}, {"doctor", "--json", secret},
    } do
      words.env = {DISCRECORDER_ADDRESSES = secret}
      local r = run.command(words)
      assert.matches("someone@127", r.stdout, 1, true)
      assert.is_falsy((r.stdout .. r.stderr):find("secret", 1, true))
    end
  end)

  with_tgt("burns a folder, reads it back and checks it again", function()
    local r = run.command("burn", address, s:files())
    assert.are.equal(0, r.status, r.stderr)
    local list = run.output("xorriso", "-indev", "stdio:" .. path, "-find", "/")
    assert.is_truthy(list:find("'/sub/numbers.bin'", 1, true), list)
    assert.are.equal(0, run.command("verify", address).status)
    r = run.command("info", address)
    assert.matches("medium%s+dvd%-rom", r.stdout)
    assert.matches("state%s+complete", r.stdout)
  end)

  with_tgt("tells DVD's speeds with a decimal", function()
    assert.matches("speeds%s+2%.4x", run.command("info", address).stdout)
  end)

  with_tgt("does nothing while another process has it", function()
    local rec <close> = assert(disc.recorder(address))
    assert(rec:open_exclusive())
    local r = run.command("info", address)
    assert.are.equal(1, r.status)
    assert.matches("in use by somebody else", r.stderr, 1, true)
    assert(rec:close())
    assert.are.equal(0, run.command("info", address).status)
  end)

  with_tgt("takes the password from the environment", function()
    target:admin("--op", "new", "--mode", "account", "--user", "someone",
      "--password", "secret-secret")
    target:admin("--op", "bind", "--mode", "account", "--tid", "1",
      "--user", "someone")
    local trace = s:path "trace"
    local r = run.command{
      "info", (address:gsub("//", "//someone@")), "--trace", trace,
      env = {DISCRECORDER_ISCSI_PASSWORD = "secret-secret"},
    }
    assert.are.equal(0, r.status, r.stderr)
    r = run.command("info", (address:gsub("//", "//someone:secret-secret@")),
      "--trace", trace, "--json")
    assert.are.equal(0, r.status, r.stderr)
    assert.is_falsy((r.stdout .. run.slurp(trace)):find("secret", 1, true))
  end)

  with_tgt("lets the doctor look at one", function()
    local r = run.command("doctor", address, "--json")
    assert.are.equal(0, r.status, r.stdout .. r.stderr)
    local drive = assert(dkjson.decode(r.stdout)).drives[1]
    assert.is_true(drive.usable)
    assert.are.equal("beaf11", drive.serial)
    r = run.command("doctor", GONE)
    assert.are.equal(1, r.status)
    assert.matches("no login to iqn.2020%-01.org.example:none", r.stdout)
  end)

  with_tgt("does not write to one that may never be written", function()
    local env = {DISCRECORDER_NEVER_WRITE = "iscsi://127.0.0.1:*"}
    assert.are.equal(0, run.command{"info", address, env = env}.status)
    local r = run.command{"write", address, s:image(16), "--json", env = env}
    assert.are.equal(1, r.status)
    assert.are.equal("device_not_accessible",
      assert(dkjson.decode(r.stdout)).error.code)
    assert.are.equal("", run.slurp(path))
  end)
end)
