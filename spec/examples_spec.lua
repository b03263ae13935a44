local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

-- Run one of the recipes, on an address or on what it takes by itself.
local function example(name, ...)
  local r = run{
    env = run.lua_env,
    "lua5.4", run.root .. "/examples/" .. name, ...,
  }
  assert.are.equal(0, r.status, r.stdout .. r.stderr)
  return r.stdout
end

describe("the recipe", function()
  local s

  before_each(function()
    s = scratch.new()
  end)

  after_each(function()
    s:remove()
  end)

  it("says how it is called where it has nothing to begin with", function()
    for _, name in ipairs{"files", "mix", "weekly"} do
      local path = run.root .. "/examples/" .. name .. ".lua"
      local r = run{"lua5.4", path, env = run.lua_env}
      assert.are.equal(2, r.status)
      assert.matches("^usage: " .. name .. "%.lua ADDRESS", r.stderr)
    end
  end)

  it("backup.lua burns a folder and proves it", function()
    assert.matches("read back and compared: equal", example("backup.lua"))
    local address = s:address("medium=cd-r")
    local said = example("backup.lua", address)
    assert.matches("blocks burned onto cd%-r\n", said)
  end)

  it("image.lua burns an image and checks it", function()
    local image = s:image(400)
    local said = example("image.lua")
    assert.matches("equal\n$", said)
    local r = run{
      "lua5.4", run.root .. "/examples/image.lua", s:address(), image,
      env = run.lua_env,
    }
    assert.are.equal(0, r.status, r.stderr)
    assert.is_truthy(
      r.stdout:find(run.output("sha256sum", image):match("^%x+"), 1, true)
    )
  end)

  it("station.lua erases, burns, verifies and ejects in a loop", function()
    local said = example("station.lua")
    assert.matches("copy 1 of 2\n", said)
    assert.matches("copy 2 of 2\n", said)
  end)

  it("weekly.lua adds what has changed and closes a disc that is full",
    function()
      local address = s:address("medium=cd-r")
      local folder = s:files()
      assert.matches("%d+ blocks added at 0, ", example("weekly.lua",
        address, folder))
      s:file("files/more.txt", "more\n")
      assert.matches("%d+ blocks added at [1-9]%d+, ", example("weekly.lua",
        address, folder))
      assert.matches("the disc is closed", example("weekly.lua", address,
        folder, "700"))
    end)

  it("weekly.lua lets the tree of a BD-RE grow", function()
    local address = s:address("medium=bd-re")
    local folder = s:files()
    assert.matches("blocks added at 32, ", example("weekly.lua", address,
      folder, "1"))
    assert.matches("blocks added at [1-9]%d+, %d+ are left\n$",
      example("weekly.lua", address, folder, "100000000"))
  end)

  it("album.lua burns an album of a sheet", function()
    local said = example("album.lua")
    assert.matches("track 2 at block 450: 0.10 minutes", said)
    assert.matches("read back from the disc: equal", said)
  end)

  it("mix.lua burns the sound files that fit", function()
    local wave = require("spec.support.sheets").wave
    local one, two = s:file("one.wav", wave(300)), s:file("two.wav", wave(400))
    local address, none = s:address("medium=cd-r"), s:file("none.wav", "none")
    local said = example("mix.lua", address, one, none, two)
    assert.matches("left out: [^\n]*none%.wav", said)
    assert.matches("2 tracks burned, and read back: equal", said)
  end)

  it("round_trip.lua copies a disc to BIN and CUE, and back", function()
    local said = example("round_trip.lua")
    local read, written = said:match "^read: (.*)written: (.*)read back"
    assert.equal(read, written)
    assert.matches("Two Tones, catalogue number 4006381333931\n", read)
    assert.matches("track 2 at block 450, 375 blocks after 75 of pregap: "
      .. "Tone of 330 Hz\n", read)
    assert.matches("read back from the disc: equal\n$", said)
  end)

  it("many.lua burns many discs at once, and tells of each", function()
    local _, good = example("many.lua"):gsub("burned and read back: %x+\n", "")
    assert.are.equal(3, good)
    local image = s:image(400)
    local r = run{
      "lua5.4", run.root .. "/examples/many.lua", image, s:address(),
      s:address("medium=none"), s:address(), env = run.lua_env,
    }
    assert.are.equal(1, r.status)
    _, good = r.stdout:gsub(run.output("sha256sum", image):match("^%x+"), "")
    assert.are.equal(2, good)
    assert.matches("there is no disc", r.stdout)
    assert.matches("1 of 3 recorders failed; number 2", r.stderr)
  end)

  it("port.lua burns data and audio in IMAPI's order of calls", function()
    local said = example("port.lua")
    local order = "preparing.-closing.-burned: 0x00000000\n"
    assert.matches("%d blocks are free\n%d+ of %d+ blocks\n" .. order, said)
    assert.matches("1 tracks, 375 of %d+ blocks\n" .. order, said)
    assert.matches("track 0 of 1 is written\ntrack 1 of 1 is written\n", said)
  end)

  it("port.lua finds its recorder, erases, and adds folder after folder",
    function()
      local address = s:address()
      assert.are.equal(0, run.command("burn", address, s:files(), "--quiet")
        .status)
      local more = s:file("more/more.txt", "more\n"):match "^(.*)/"
      local env = {DISCRECORDER_ADDRESSES = address}
      for name, value in pairs(run.lua_env) do
        env[name] = value
      end
      local r = run{
        "lua5.4", run.root .. "/examples/port.lua", "data", address, s:files(),
        more, env = env,
      }
      assert.are.equal(0, r.status, r.stderr)
      assert.matches("erased: 0x00000000\n.*burned: 0x00000000\n$", r.stdout)
      local listed = example("files.lua", address)
      assert.matches("/hello.txt\n", listed)
      assert.matches("/more.txt\n", listed)
    end)

  it("files.lua lists what is on a disc", function()
    local address = s:address()
    local r = run.command("burn", address, s:files(), "--quiet")
    assert.are.equal(0, r.status, r.stderr)
    local said = example("files.lua", address)
    assert.matches("\n? +6  /hello.txt\n", said)
    assert.matches(" 50000  /sub/numbers.bin\n", said)
  end)
end)
