local console = require "discrecorder.cli.console"
local format = require "discrecorder.cli.format"
local progress = require "discrecorder.cli.progress"
local text = require "discrecorder.cli.text"

describe("sizes and times", function()
  it("read as people write them", function()
    assert.are.equal("2 KiB", format.blocks(1))
    assert.are.equal("600.0 MiB", format.blocks(307200))
    assert.are.equal("5.00 GiB", format.bytes(5 * 1024 ^ 3))
    assert.are.equal("0:07", format.seconds(7.2))
    assert.are.equal("1:02:03", format.seconds(3723))
  end)
end)

describe("a speed", function()
  it("is a multiple of the medium's single speed", function()
    assert.are.equal(1411, format.parse_speed("8x", "cd-rw"))
    assert.are.equal(11080, format.parse_speed("8x", "dvd-r"))
    assert.are.equal("8x", format.speed(1411, "cd-rw"))
  end)

  it("is kB/s without an x, and nothing for the fastest", function()
    assert.are.equal(1411, format.parse_speed("1411", "cd-rw"))
    assert.are.equal(1411, format.parse_speed("1411"))
    assert.are.equal(1, format.parse_speed("0.1"))
    assert.are.equal(0xFFFFFF, format.parse_speed("99999999999"))
    assert.is_nil(format.parse_speed("max", "cd-rw"))
    assert.are.equal("1411 kB/s", format.speed(1411))
  end)

  it("says nothing as a multiple without a medium", function()
    local speed, wrong = format.parse_speed("8x", nil)
    assert.is_nil(speed)
    assert.matches("only with a disc", wrong)
  end)

  it("is told from what is none", function()
    for _, good in ipairs{"8x", "2.4x", "1411", "max"} do
      assert.is_true(format.is_speed(good), good)
    end
    for _, bad in ipairs{"", "x", "fast", "8 x", "-1", "8xx"} do
      assert.is_false(format.is_speed(bad), bad)
    end
  end)
end)

describe("columns", function()
  it("are aligned, whatever the last one holds", function()
    assert.are.same(
      {"a    bb  c", "é    b   d", "ccc  a long end"},
      format.columns{{"a", "bb", "c"}, {"é", "b", "d"}, {"ccc", "a long end"}}
    )
  end)
end)

describe("text from a disc", function()
  it("cannot command a terminal", function()
    assert.are.equal("a\\x1B[31mb", text.escape("a\x1b[31mb"))
    assert.are.equal("a\\x0Ab\\x7F", text.escape("a\nb\x7f"))
    assert.are.equal("\\xC2\\x9Bm", text.escape("\u{9B}m"))
    assert.are.equal("\\xE2\\x80\\xAEgpj", text.escape("\u{202E}gpj"))
  end)

  it("keeps its letters", function()
    assert.are.equal("Größe 日本", text.escape("Größe 日本"))
    assert.are.equal("", text.escape(""))
  end)

  it("shows bytes that are no UTF-8", function()
    assert.are.equal("a\\xFFb\\xC3", text.escape("a\xffb\xc3"))
    assert.are.equal("é\\xFF\\xFE日", text.escape("é\xff\xfe日"))
  end)

  it("is valid UTF-8 in JSON", function()
    assert.are.equal("a\u{FFFD}b", text.valid("a\xffb"))
    local json = console.encode{ok = true, name = "a\xff\x1b"}
    assert.is_truthy(utf8.len(json))
    assert.are.same(
      {ok = true, name = "a\u{FFFD}\x1b"},
      require("dkjson").decode(json)
    )
  end)
end)

describe("a line of progress", function()
  it("says how far, how fast and how long still", function()
    local line = progress.line({
      phase = "writing",
      done = 153600,
      total = 307200,
      fraction = 0.5,
      speed = 4234,
      remaining = 61,
    }, "cd-rw")
    assert.are.equal(
      "writing   [############------------]  50%  " ..
        "300.0 MiB of 600.0 MiB  24x  1:01 left",
      line
    )
    assert.is_true(#line < 90)
  end)

  it("counts nothing where the drive only tells a fraction", function()
    local line = progress.line{
      phase = "erasing", done = 32768, total = 65536, fraction = 0.5,
    }
    assert.are.equal("erasing   [############------------]  50%", line)
  end)

  it("says how much where nobody knows how much it will be", function()
    assert.are.equal("writing   300.0 MiB  24x", progress.line({
      phase = "writing", done = 153600, total = 0, speed = 4234,
    }, "cd-rw"))
  end)

  it("guesses nothing of a drive that has just begun", function()
    for speed, profile in pairs{[3] = "cd-rw", [0.2] = "none"} do
      assert.are.equal("reading   300.0 MiB of 600.0 MiB", progress.line({
        phase = "reading", done = 153600, total = 307200, speed = speed,
        remaining = 10241,
      }, profile))
    end
  end)

  it("says of which session it is, where there are several", function()
    assert.are.equal("closing 2/3",
      progress.line{phase = "closing", session = 2, sessions = 3})
    assert.are.equal("writing 1/2 [############------------]  50%",
      progress.line{phase = "writing", session = 1, sessions = 2,
        fraction = 0.5})
    assert.are.equal("closing",
      progress.line{phase = "closing", session = 1, sessions = 1})
  end)

  it("does without a fraction", function()
    assert.are.equal("closing", progress.line{phase = "closing"})
  end)
end)
