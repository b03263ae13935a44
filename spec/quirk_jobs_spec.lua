-- Every kind of job passes on recorders with quirks: each of them, and on CD-RW
-- and DVD+R each two together. What a quirk is stands in quirk_spec.lua.

local append = require "discrecorder.append"
local burn = require "discrecorder.burn"
local burn_audio = require "spec.support.burn_audio"
local burning = require "spec.support.burning"
local contents = require "discrecorder.contents"
local export = require "discrecorder.export"
local quirks = require "spec.support.quirks"
local read = require "discrecorder.read"
local run = require "spec.support.run"
local sessions = require "discrecorder.sessions"
local verify = require "discrecorder.verify"

local BLOCKS <const> = 600

-- {=== what a job must leave behind

-- The tracks' bytes, from the disc file itself.
local function holds(bench, report, ...)
  for i, path in ipairs{...} do
    local track = report.tracks[i]
    assert.is_true(run.slurp(path) == bench:disc(track.start, track.blocks),
      ("track %d: other bytes"):format(i))
  end
end

local function is_in_state(rec, state)
  assert.are.equal(state, assert(rec:medium()).state)
end

-- What `f` does to a recorder that is open.
local function opened(rec, f)
  assert(rec:open_exclusive())
  f()
  assert(rec:close())
end

-- ===}

-- {=== jobs, for any medium: function(bench, rec)

local jobs = {}

function jobs.folder(bench, rec)
  local files = bench.scratch:files()
  local report = assert(burn.tree(rec, files))
  assert.is_true(report.verified)
  is_in_state(rec, "complete")
  assert.are.equal("report",
    assert(verify.run(rec, {report = report})).verified)
  assert(verify.run(rec, {against = {files}}))
  assert.are.equal("tags", assert(verify.run(rec)).verified)
end

function jobs.image_read_and_exported(bench, rec)
  local path = bench:image(BLOCKS)
  local report = assert(burn.image(rec, path))
  holds(bench, report, path)
  local read_to, exported = bench:path "read", bench:path "exported.iso"
  assert(read.run(rec, read_to, {whole = true}))
  assert.are.equal(run.slurp(path), run.slurp(read_to):sub(1, BLOCKS * 2048))
  assert(export.run(rec, exported))
  assert.are.equal(run.slurp(path), run.slurp(exported):sub(1, BLOCKS * 2048))
end

function jobs.kept_open(bench, rec)
  local path = bench:image(BLOCKS)
  local report = assert(burn.image(rec, path, {keep_open = true}))
  holds(bench, report, path)
  is_in_state(rec, "appendable")
  assert(verify.run(rec, {report = report}))
end

function jobs.appended(bench, rec)
  assert(burn.tree(rec, bench.scratch:files(), {keep_open = true}))
  bench.scratch:file("more/new.txt", "new\n")
  local report = assert(append.tree(rec, bench:path "more"))
  assert(verify.run(rec, {report = report}))
  assert.are.equal(2, #assert(sessions.list(rec)))
end

function jobs.tray(bench, rec)
  local can_load = assert(rec:capabilities()).can_load ~= false
    and not bench.address:find "no%-load"
  opened(rec, function()
    assert(rec:eject())
    if can_load then
      assert(rec:load())
    else
      burning.refused("unsupported", rec:load())
      assert(rec:operator():press_eject())
    end
  end)
  is_in_state(rec, "blank")
end

-- The cable is pulled shortly before a track's end.
local function break_off(bench, path)
  local broken <close> = bench:recorder {
    faults = {{lba = BLOCKS - 10, gone = true}},
  }
  assert.is_nil(burn.image(broken, path, {verify = false}))
end

function jobs.broken_off_and_finished(bench, rec)
  break_off(bench, bench:image(BLOCKS))
  opened(rec, function()
    assert(rec:finish("session"))
  end)
  is_in_state(rec, "appendable")
end

function jobs.cancelled(bench, rec)
  local job = assert(burn.image_start(rec, bench:image(8000)))
  repeat
    local progress = burning.wait_phase(job, "writing")
  until progress.done > 0 or job:done()
  job:cancel()
  local _, _, code = job:wait()
  if code then -- else it was done before
    assert.are.equal("user_abort", code)
    is_in_state(rec, "appendable")
  end
end

-- ===}

-- {=== of CDs alone, of other discs alone

local cd_jobs = setmetatable({}, {__index = jobs})

function cd_jobs.two_tracks(bench, rec)
  local first, second = bench:image(BLOCKS), bench:image(40, "second")
  local job = burning.job(first)
  job.tracks[2] = burning.job(second).tracks[1]
  local report = assert(rec:burn(job))
  holds(bench, report, first, second)
  assert(verify.run(rec, {report = report}))
end

function cd_jobs.simulated(bench, rec)
  local path = bench:image(BLOCKS)
  local report = assert(burn.image(rec, path, {simulate = true}))
  assert.are.equal("blank", report.medium.state)
  holds(bench, assert(burn.image(rec, path)), path)
end

function cd_jobs.erased(bench, rec)
  local path = bench:image(BLOCKS)
  for _, full in ipairs{false, true} do
    assert(burn.image(rec, path))
    opened(rec, function()
      assert(rec:erase(full))
    end)
    is_in_state(rec, "blank")
  end
  holds(bench, assert(burn.image(rec, path)), path)
end

function cd_jobs.broken_off_and_erased(bench, rec)
  local path = bench:image(BLOCKS)
  break_off(bench, path)
  opened(rec, function()
    assert(rec:erase())
  end)
  holds(bench, assert(burn.image(rec, path)), path)
end

-- A drive that is older than MMC-2 tells of no session at once; and where a
-- WRITE of one was lost, nobody knows where it goes on.
local function at_once(bench, rec)
  return assert(rec:medium()).write.sao
    and not bench.address:find "silent%-timeout"
end

function cd_jobs.album(bench, rec)
  if not at_once(bench, rec) then
    return
  end
  local report = assert(rec:burn {
    mcn = "0123456789012", text = {title = "Album"}, tracks = {
      burn_audio.track(burn_audio.pcm(330, 1),
        {flags = {copy = true}, isrc = "DEABC0600001"}),
      burn_audio.track(burn_audio.pcm(300, 2), {pregap = 30}),
    },
  })
  assert.is_true(report.verified)
  local found = assert(contents.read(rec))
  assert.are.same({"0123456789012", "Album", "DEABC0600001", 30},
    {found.mcn, found.text.title, found.tracks[1].isrc,
      found.tracks[2].pregap})
end

function cd_jobs.audio_track_at_once(bench, rec)
  assert(rec:set_recorder_properties {audio_gap_size = 60})
  local report = assert(rec:burn {mode = "tao", tracks = {
    burn_audio.track(burn_audio.pcm(330, 1)),
    burn_audio.track(burn_audio.pcm(300, 2))}})
  assert.is_true(report.verified)
  local told = false
  for _, warning in ipairs(report.warnings) do
    told = told or warning.code == "audio_gap_other"
  end
  local fixed = bench.address:find "fixed%-pause" ~= nil
  assert.are.same({fixed, fixed and 482 or 392},
    {told, report.tracks[2].start})
end

local dvd_jobs = setmetatable({}, {__index = jobs})

function dvd_jobs.kept_open_and_finalised(bench, rec)
  local path = bench:image(BLOCKS)
  local report = assert(burn.image(rec, path, {keep_open = true}))
  opened(rec, function()
    assert(rec:finish("disc"))
  end)
  is_in_state(rec, "complete")
  holds(bench, report, path)
  assert(verify.run(rec, {report = report}))
end

local dvd_rw_jobs = setmetatable({
  broken_off_and_erased = cd_jobs.broken_off_and_erased,
  erased = cd_jobs.erased,
  simulated = cd_jobs.simulated,
}, {__index = jobs})

function dvd_rw_jobs.disc_at_once(bench, rec)
  local path = bench:image(BLOCKS)
  local report = assert(burn.image(rec, path, {mode = "dao"}))
  holds(bench, report, path)
  is_in_state(rec, "complete")
  assert(verify.run(rec, {report = report}))
end

function dvd_rw_jobs.formatted(bench, rec)
  local path = bench:image(BLOCKS)
  local how = {as_needed = true, mode = "overwrite"}
  for _ = 1, 2 do
    holds(bench, assert(burn.image(rec, path, how)), path)
    is_in_state(rec, "overwritable")
  end
end

-- What can be overwritten.
local over_jobs = {}

function over_jobs.overwritten(bench, rec)
  local first, second = bench:image(BLOCKS), bench:image(40, "second")
  for _, path in ipairs {first, second} do
    local report = assert(burn.image(rec, path, {as_needed = true}))
    assert.is_true(report.verified)
    holds(bench, report, path)
    is_in_state(rec, "overwritable")
    assert(verify.run(rec, {report = report}))
  end
end

function over_jobs.formatted(bench, rec)
  opened(rec, function()
    assert(rec:format())
    assert(rec:finish("disc"))
  end)
  is_in_state(rec, "overwritable")
  local path = bench:image(BLOCKS)
  holds(bench, assert(burn.image(rec, path, {as_needed = true})), path)
end

function over_jobs.folder(bench, rec)
  local files = bench.scratch:files()
  local report = assert(burn.tree(rec, files, {as_needed = true}))
  assert(verify.run(rec, {report = report}))
  assert(verify.run(rec, {against = {files}}))
end

function over_jobs.broken_off(bench, rec)
  local path = bench:image(BLOCKS)
  local broken <close> = bench:recorder {
    faults = {{opcode = "WRITE(10)", lba = BLOCKS - 10, gone = true}},
  }
  assert.is_nil(burn.image(broken, path, {as_needed = true, verify = false}))
  holds(bench, assert(burn.image(rec, path, {as_needed = true})), path)
end

-- ===}

local MEDIA <const> = {
  ["cd-rw"] = cd_jobs, ["dvd+r"] = dvd_jobs, ["dvd+r-dl"] = dvd_jobs,
  ["dvd-r"] = dvd_jobs, ["dvd-rw"] = dvd_rw_jobs, ["bd-r"] = dvd_jobs,
  ["dvd+rw"] = over_jobs, ["dvd-ram"] = over_jobs, ["bd-re"] = over_jobs,
}

local function names_of(medium)
  local names, list = {}, MEDIA[medium]
  while list do
    for name in pairs(list) do
      table.insert(names, name)
    end
    local above = getmetatable(list)
    list = above and above.__index
  end
  table.sort(names)
  return names
end

-- On a new disc in a recorder of its own.
local function do_job(medium, quirk, name)
  local bench = burning.bench(("medium=%s&quirk=%s"):format(medium, quirk))
  local ok, message = xpcall(function()
    MEDIA[medium][name](bench, bench:recorder())
  end, function(message)
    return ("%s, %s, %s: %s"):format(medium, quirk, name, tostring(message))
  end)
  bench:remove()
  if not ok then
    error(message, 0)
  end
end

-- Of each two quirks, what goes furthest.
local LIVES <const> = {
  ["cd-rw"] = {"erased", "broken_off_and_finished"},
  ["dvd+r"] = {"kept_open_and_finalised", "broken_off_and_finished"},
}

for medium in pairs(MEDIA) do
  local list, of_data = quirks.of(medium), quirks.of_data(medium)
  describe(("every kind of job on %s passes with"):format(medium), function()
    for _, quirk in ipairs(list) do
      it(quirk, function()
        for _, name in ipairs(names_of(medium)) do
          do_job(medium, quirk, name)
        end
      end)
    end
  end)

  describe(("a disc's life, %s, passes with"):format(medium), function()
    for i, one in ipairs(LIVES[medium] and of_data or {}) do
      for _, other in ipairs(table.move(of_data, i + 1, #of_data, 1, {})) do
        it(one .. " and " .. other, function()
          for _, name in ipairs(LIVES[medium]) do
            do_job(medium, one .. "," .. other, name)
          end
        end)
      end
    end
  end)
end
