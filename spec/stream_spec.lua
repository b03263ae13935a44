-- Sources that name no length: pipes and pushed bytes, as many as come.

local burning = require "spec.support.burning"
local plan = require "discrecorder.plan"
local run = require "spec.support.run"
local source = require "discrecorder.source"
local verify = require "discrecorder.verify"

local refused = burning.refused

local bench, rec

local function set_up(medium, format)
  bench = burning.bench("medium=" .. medium)
  rec = bench:recorder()
  if format then
    assert(rec:open_exclusive())
    assert(rec:format())
    assert(rec:close())
  end
end

after_each(function()
  rec = nil
  if bench then
    bench:remove()
    bench = nil
  end
end)

-- So many bytes, none of them zero.
local function text(count)
  return ("0123456789abcdef"):rep(count // 16 + 1):sub(1, count)
end

-- Burn what is pushed in some pieces.
local function pushed(bytes, options, piece)
  local made = assert(source.push(nil, 1 << 16))
  local job = {tracks = {{source = made}}}
  for key, value in pairs(options or {}) do
    job[key] = value
  end
  local work = assert(rec:burn_start(job))
  for at = 1, #bytes, piece or 50000 do
    if not made:write(bytes:sub(at, at + (piece or 50000) - 1)) then
      break
    end
  end
  made:finish()
  return work:wait()
end

local MEDIA <const> = {
  {"cd-r"}, {"cd-rw"}, {"dvd-r"}, {"dvd-rw"}, {"dvd+r"}, {"dvd+r-dl"},
  {"bd-r"}, {"dvd+rw", true}, {"dvd-rw", true}, {"dvd-ram"}, {"bd-re", true},
}

describe("a stream without a length", function()
  for _, entry in ipairs(MEDIA) do
    local medium, format = entry[1], entry[2]
    local options = {as_needed = true}

    it("is burned on a " .. medium .. (format and ", formatted" or ""),
      function()
        for _, count in ipairs {1, 2048, 700001, 65536 * 16 + 2049} do
          set_up(medium, format)
          local bytes = text(count)
          local report = assert(pushed(bytes, options))
          local track = report.tracks[1]
          assert.is_true(report.verified)
          assert.are.equal(count, track.bytes)
          assert.are.equal((count + 2047) // 2048, track.blocks)
          assert.are.equal(burning.sha256_of(bytes), track.sha256)
          bench:has(track, bytes .. ("\0"):rep(-count % 2048))
          assert.are.equal("report",
            assert(verify.run(rec, {report = report})).verified)
          rec = nil
          bench:remove()
        end
        set_up(medium, format)
      end)

    it("is laid out on a " .. medium .. (format and ", formatted" or "")
      .. " as if its length had been known", function()
        local count = 123457
        set_up(medium, format)
        local found = assert(pushed(text(count), options)).tracks[1]
        rec = nil
        bench:remove()
        set_up(medium, format)
        local path = run.spit(bench:path "x",
          text(count) .. ("\0"):rep(-count % 2048))
        local known =
          assert(rec:burn(burning.job(path, options))).tracks[1]
        assert.are.same({known.start, known.blocks, known.padding},
          {found.start, found.blocks, found.padding})
      end)
  end

  it("comes out of a pipe", function()
    set_up "dvd+r"
    local pipe = assert(io.popen("printf 'one two three'", "r"))
    local report = assert(rec:burn {tracks = {{source = source.pipe(pipe)}}})
    assert.are.equal(13, report.tracks[1].bytes)
    assert.are.equal("one two three" .. ("\0"):rep(2035), bench:disc(0, 1))
    pipe:close()
  end)

  it("may have a length that is no whole number of blocks", function()
    set_up "cd-r"
    local made = assert(source.push(5000))
    assert(made:write(text(5000)))
    assert(made:finish())
    local report = assert(rec:burn {tracks = {{source = made}}})
    assert.are.equal(5000, report.tracks[1].bytes)
    assert.are.equal(3, report.tracks[1].blocks)
    assert.are.equal(burning.sha256_of(text(5000)), report.tracks[1].sha256)
  end)

  it("is planned by the room that there is", function()
    set_up "dvd-r"
    local medium = assert(rec:medium())
    local planned = assert(plan.plan(
      {tracks = {{source = source.push()}}}, medium))
    assert.are.same({0, 0, medium.free_blocks}, {
      planned.blocks, planned.padding, planned.tracks[1].room,
    })
  end)

  it("is tried without writing", function()
    set_up "cd-r"
    local report = assert(pushed(text(100000), {simulate = true}))
    assert.are.equal(100000, report.tracks[1].bytes)
    assert.are.equal("blank", report.medium.state)
  end)

  it("is burned by many at once", function()
    local burn = require "discrecorder.burn"
    set_up "cd-rw"
    local other = require("discrecorder").recorder(
      "virtual:" .. bench:path "other" .. "?medium=dvd+r")
    local made = assert(source.push(nil, 1 << 20))
    local work = assert(burn.to_many_start({tracks = {{source = made}}},
      {rec, assert(other)}))
    assert(made:write(text(300000)))
    assert(made:finish())
    for _, result in ipairs(assert(work:wait())) do
      assert.are.equal(300000, result.report.tracks[1].bytes)
      assert.is_true(result.report.verified)
    end
  end)
end)

describe("a stream without a length is refused", function()
  it("when nothing comes, and the disc stays blank", function()
    set_up "dvd-r"
    local failure = refused("bad_file", pushed "")
    assert.matches("nothing in it", failure.message, 1, true)
    assert.are.equal("blank", bench:medium().state)
  end)

  it("beside other tracks", function()
    set_up "cd-r"
    local failure = refused("unsupported", rec:burn {tracks = {
      {source = source.push()}, {source = source.file(bench:image(300))},
    }})
    assert.matches("known beforehand", failure.message, 1, true)
  end)

  it("disc-at-once", function()
    set_up "dvd-r"
    local failure = refused("unsupported", rec:burn {
      mode = "dao", tracks = {{source = source.push()}},
    })
    assert.matches("incremental", failure.advice, 1, true)
  end)
end)

describe("a stream that is longer than the disc", function()
  -- Where 64 blocks are left.
  local function nearly_full()
    set_up "cd-r"
    local free = assert(rec:medium()).free_blocks
    local path = bench:path "large"
    run.output("truncate", "-s", tostring((free - 18548) * 2048), path)
    assert(rec:burn(burning.job(path, {verify = false, keep_open = true})))
    return assert(rec:medium()).free_blocks
  end

  it("fails with disc_full, and the disc tells what it has", function()
    local free = nearly_full()
    local report = refused("disc_full",
      pushed(text((free + 1) * 2048), {append = true})).report
    assert.is_true(report.tracks[1].blocks <= free)
    assert.is_nil(report.tracks[1].sha256)
    local medium = bench:medium()
    assert.are.equal(2, medium.sessions)
    assert.are_not.equal("damaged", medium.state)
  end)

  it("fits to the last block", function()
    local free = nearly_full()
    local report =
      assert(pushed(text(free * 2048 - 1), {append = true}))
    assert.are.equal(free, report.tracks[1].blocks)
    assert.is_true(report.verified)
  end)

  it("fails on what can be overwritten, too", function()
    set_up "dvd-ram"
    local blocks = assert(rec:medium()).free_blocks
    local function at_end(count)
      local made = assert(source.push(nil, 1 << 20))
      assert(made:write(text(count)))
      assert(made:finish())
      return rec:burn {as_needed = true,
        tracks = {{source = made, start = blocks - 32}}}
    end
    refused("disc_full", at_end(32 * 2048 + 1))
    local report = assert(at_end(32 * 2048 - 5))
    assert.are.equal(32 * 2048 - 5, report.tracks[1].bytes)
    assert.are.equal("overwritable", bench:medium().state)
  end)
end)
