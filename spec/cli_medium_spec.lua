-- The command on every kind of disc: what info shows, format, --as-needed and
-- the modes.

local command = require "spec.support.command"
local each = require "spec.support.each"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

local json, said, error_code = command.json, command.said, command.error_code

local s = each(scratch.new)

-- A new disc, looked at once.
local function new_disc(kind)
  local address = s:address("medium=" .. kind)
  require("discrecorder").recorder(address):close()
  collectgarbage()
  return address
end

describe("discrecorder info", function()
  it("shows media id, ways of writing, formats and speeds", function()
    local address = new_disc "bd-re"
    local text = said("info", address)
    assert.matches("medium +bd%-re\n", text)
    assert.matches("state +unformatted\n", text)
    assert.matches("media id +DISCRC/RE1\n", text)
    assert.matches("can be formatted +00h: [%d.]+ GiB", text)
    assert.matches("can be formatted +31h: [%d.]+ GiB", text)
    assert.matches("write speeds +2x\n", text)
    local medium = json("info", address, "--json").medium
    assert.are.equal(5, #medium.formats)
    assert.are.equal("DISCRC/RE1", medium.media_id)
  end)

  it("says in what ways a disc is written", function()
    assert.matches("writing +dao, incremental, test, underrun free\n",
      said("info", new_disc "dvd-r"))
  end)
end)

describe("discrecorder format", function()
  it("makes a disc one that can be burned", function()
    local address = new_disc "dvd+rw"
    assert.are.equal("medium_not_formatted",
      error_code("burn", address, s:files(), "--json"))
    assert.matches("The disc is formatted", said("format", address))
    assert.are.equal("overwritable",
      json("info", address, "--json").medium.state)
  end)

  it("makes a virtual disc that is not there yet, as burning does", function()
    local address = s:address "medium=bd-r"
    local r = run.command("erase", address)
    assert.are.equal(1, r.status)
    assert.matches("Only burning or formatting makes one", r.stderr)
    assert.matches("The disc is formatted", said("format", address))
    assert.are.equal("blank", json("info", address, "--json").medium.state)
  end)

  it("takes the kind of format", function()
    local address = new_disc "bd-re"
    json("format", address, "no_spare", "--json")
    assert.are.equal(12219392,
      json("info", address, "--json").medium.free_blocks)
    local r = run.command("format", address, "thick")
    assert.are.equal(2, r.status)
    assert.matches("least_spare", r.stderr)
  end)

  it("is refused where a disc has none", function()
    for kind, code in pairs {
      ["cd-rw"] = "medium_invalid_type", ["dvd+r"] = "medium_invalid_type",
    } do
      assert.are.equal(code, error_code("format", new_disc(kind), "--json"))
    end
    assert.are.equal("medium_invalid_type",
      error_code("format", new_disc "dvd+rw", "full", "--json"))
  end)
end)

describe("discrecorder erase", function()
  it("makes a DVD-RW blank, wholly with --full", function()
    local address = new_disc "dvd-rw"
    json("burn", address, s:files(), "--json")
    said("erase", address)
    assert.is_nil(json("info", address, "--json").medium.write.incremental)
    said("erase", address, "--full")
    assert.is_true(json("info", address, "--json").medium.write.incremental)
  end)

  it("says of what is never blank what to do instead", function()
    local r = run.command("erase", new_disc "dvd+rw")
    assert.are.equal(1, r.status)
    assert.matches("is never blank", r.stderr)
    assert.matches("Format it", r.stderr)
  end)
end)

describe("--as-needed", function()
  for _, kind in ipairs {"cd-rw", "dvd-rw", "dvd+rw", "dvd-ram", "bd-re"} do
    it("burns a " .. kind .. " again and again", function()
      local address = new_disc(kind)
      for i = 1, 2 do
        local report = json("burn", address, s:files(), "--as-needed",
          "--json")
        assert.is_true(report.verified and report.asked.as_needed)
        if i == 1 then
          assert.are.equal("medium_not_blank",
            error_code("write", address, s:image(400), "--json"))
        end
      end
      assert.is_true(json("write", address, s:image(400), "--as-needed",
        "--json").verified)
    end)
  end
end)

describe("discrecorder append --as-needed", function()
  it("formats what is not formatted, and never erases", function()
    local address = new_disc "dvd+rw"
    assert.are.equal("medium_not_formatted",
      error_code("append", address, s:files(), "--json"))
    assert.is_true(json("append", address, s:files(), "--as-needed",
      "--json").verified)
    address = new_disc "cd-rw"
    json("burn", address, s:files(), "--json")
    assert.are.equal("medium_not_blank", error_code("append", address,
      s:files(), "--as-needed", "--json"))
  end)
end)

describe("--mode", function()
  it("chooses how a disc is written, where there is a choice", function()
    local address = new_disc "dvd-rw"
    for mode, given in pairs {
      dao = "dao", incremental = "incremental", overwrite = "overwrite",
    } do
      assert.are.equal(given, json("burn", address, s:files(), "--as-needed",
        "--mode", mode, "--json").mode)
    end
    assert.are.equal("unsupported", error_code("burn", new_disc "bd-r",
      s:files(), "--mode", "dao", "--json"))
    assert.are.equal(2, run.command("burn", address, s:files(), "--mode",
      "fast").status)
  end)
end)

describe("--data-mode", function()
  it("records data in mode 2 form 1, on a CD", function()
    local address = new_disc "cd-rw"
    local report = json("burn", address, s:files(), "--data-mode", "2",
      "--json")
    assert.is_true(report.verified)
    assert.are.same({"data2", 2}, {report.tracks[1].kind,
      report.medium.tracks[1].mode})
    assert.are.equal(1, json("write", address, s:image(300), "--as-needed",
      "--data-mode", "1", "--json").medium.tracks[1].mode)
    assert.are.equal("medium_invalid_type", error_code("write",
      new_disc "dvd+r", s:image(64), "--data-mode", "2", "--json"))
    assert.are.equal(2, run.command("burn", address, s:files(), "--data-mode",
      "3").status)
  end)
end)

describe("--stream", function()
  it("records a BD-RE as a stream, and no other disc", function()
    local report = json("write", new_disc "bd-re", s:image(64), "--as-needed",
      "--stream", "--json")
    assert.is_true(report.verified and report.asked.stream)
    assert.are.equal("unsupported", error_code("write", new_disc "dvd+r",
      s:image(64), "--stream", "--json"))
  end)
end)

describe("discrecorder finish", function()
  it("closes a DVD or BD that was left open", function()
    for _, kind in ipairs {"dvd-r", "dvd+r", "bd-r"} do
      local address = new_disc(kind)
      json("burn", address, s:files(), "--keep-open", "--json")
      said("finish", address, "disc")
      assert.are.equal("complete",
        json("info", address, "--json").medium.state)
    end
  end)

  it("has nothing to end on what can be overwritten", function()
    local address = new_disc "dvd+rw"
    assert.are.equal("medium_not_formatted",
      error_code("finish", address, "--json"))
    said("format", address)
    said("finish", address)
    assert.are.equal("overwritable",
      json("info", address, "--json").medium.state)
  end)
end)
