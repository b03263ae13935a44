--- What must be so after a run, whatever was made to fail.
local disc = require "discrecorder"
local mode_2 = require "spec.support.mode_2"
local shops = require "spec.faults.shop"

local checks = {}

-- Where a disc file keeps blocks (docs/disc-file.md).
local DATA_AT <const>, DATA <const> = 1 << 20, 2048
local AUDIO_AT <const>, AUDIO <const> = 1 << 30, 2352
-- Of a sector in mode 2: bytes before its subheader, and before its data.
local HEADER <const>, SUBHEADER_END <const> = 16, 24

local HOUR <const> = 3600

local function wrong(run, message, ...)
  table.insert(run.wrong, message:format(...))
end

-- What a drive tells nothing of its kind or its disc: nobody knows better.
local function is_garbled(fault, packet)
  return fault:find "^always" and packet.opcode == "GET CONFIGURATION"
    or fault:find "^short" or fault:find "^long" or fault:find "^corrupt"
    or fault:find "^garbage"
end

-- {=== the outcome

local function check_outcome(run)
  local may = run.may
  if run.result then
    if not may.good then
      wrong(run, "it ended well, and must not: %s", may.word)
    end
    return
  end
  local f = run.failure
  if type(f) ~= "table" or f.code ~= run.code or #tostring(f) == 0
    or not f.culprit or not f.advice then
    wrong(run, "a failure that is none: %s", tostring(f))
  elseif not may.any and not may.codes[run.code]
    and not may.untouched[run.code] then
    wrong(run, "%s is not its outcome (%s): %s", run.code, may.word,
      tostring(f))
  elseif f.report and f.report.ok then
    wrong(run, "a failure whose report is ok")
  end
end

local function check_time(run)
  local erases = run.job.kind == "erase" or run.job.kind == "format"
    or run.clean.formats
  local limit = 2 * run.clean.took + 600
  if run.stays then
    limit = limit + (erases and 5 or 1) * HOUR
  end
  if run.took and run.took > limit then
    wrong(run, "it took %.0f s of %.0f", run.took, limit)
  end
end

local function check_recorder(run)
  local gone = run.fault:find "^gone"
  if run.unopened then
    return
  end
  if run.state ~= "idle" and not (gone and run.why == "device_not_present") then
    wrong(run, "the recorder is %s (%s)", tostring(run.state),
      tostring(run.why))
  end
  -- What answers no unlocking stays locked.
  local hopeless = gone or run.stays and run.packet.code == 0x1E
  if run.locked and not hopeless then
    wrong(run, "the tray is still locked")
  end
end

-- ===}

-- {=== bytes

local function is_large(holds)
  return holds.kind == "audio" or holds.sectors
end

local function size_of(holds)
  return is_large(holds) and AUDIO or DATA
end

-- How a recorder is asked for it.
local function kind_of(holds)
  return holds.sectors or holds.kind == "audio" and "audio" or nil
end

-- Of whole sectors subheaders and data count: the rest is the drive's.
local function comparable(bytes, holds)
  if not holds.sectors then
    return bytes
  end
  local list = {}
  for at = HEADER + 1, #bytes, AUDIO do
    list[#list + 1] = bytes:sub(at, at + mode_2.content_size(bytes, at) - 1)
  end
  return table.concat(list)
end

-- A host that records mode 2 at once sends subheaders: whole sectors are kept.
local function of_form_1(path, lba, blocks)
  local file <close> = assert(io.open(path, "rb"))
  local list = {}
  for i = 1, blocks do
    file:seek("set", AUDIO_AT + (lba + i - 1) * AUDIO + SUBHEADER_END)
    list[i] = file:read(DATA)
  end
  return table.concat(list)
end

-- What stands on a disc, past any drive.
local function in_file(path, holds, lba, blocks)
  if holds.form_1 then
    return of_form_1(path, lba, blocks)
  end
  local size = size_of(holds)
  local at = is_large(holds) and AUDIO_AT or DATA_AT
  local file <close> = assert(io.open(path, "rb"))
  file:seek("set", at + lba * size)
  local bytes = file:read(blocks * size) or ""
  return bytes .. ("\0"):rep(blocks * size - #bytes)
end

local function first_difference(a, b, size)
  for block = 0, #a // size do
    if a:sub(block * size + 1, block * size + size)
      ~= b:sub(block * size + 1, block * size + size) then
      return block
    end
  end
  return -1
end

-- A job that ended well has its bytes on the disc.
local function check_tracks(run, rec, tracks, holds)
  if #tracks ~= #holds then
    return wrong(run, "ok with %d tracks of %d", #tracks, #holds)
  end
  for i, track in ipairs(tracks) do
    local size = size_of(holds[i])
    local bytes, failure = rec:read(track.start, #holds[i].bytes // size,
      kind_of(holds[i]))
    if not bytes then
      wrong(run, "ok, and track %d cannot be read: %s", i, tostring(failure))
    elseif comparable(bytes, holds[i])
      ~= comparable(holds[i].bytes, holds[i]) then
      wrong(run, "ok, and track %d has other bytes from block %d on", i,
        first_difference(bytes, holds[i].bytes, size))
    end
  end
end

-- One that failed has what its report says was written.
local function check_written(run, state)
  local report = run.result or run.failure.report
  local tracks = type(report) == "table" and report.tracks
  if not tracks or not run.job.burns or run.fault:find "^lost_write"
    or run.job.simulates or run.may.blind or state == "blank" then
    return
  end
  for i, track in ipairs(tracks) do
    local holds = run.job.holds[i]
    local size = size_of(holds)
    local blocks = math.min(track.blocks, #holds.bytes // size)
    if blocks > 0 and comparable(in_file(run.path, holds, track.start, blocks),
      holds) ~= comparable(holds.bytes:sub(1, blocks * size), holds) then
      wrong(run, "track %d has other bytes than its report says", i)
    end
  end
end

local function check_files(run)
  for name, bytes in pairs(run.job.out or {}) do
    local path = run.shop:path(name)
    local file = io.open(path, "rb")
    if run.result then
      if not file or file:read(#bytes) ~= bytes then
        wrong(run, "ok, and %s has other bytes", name)
      end
    elseif file and not run.job.keeps then
      wrong(run, "a failure leaves %s behind", name)
    end
    if file then
      file:close()
    end
  end
end

--- What each track of a job has on its disc.
-- @string path
-- @tparam {table,...} tracks of a report
-- @treturn {table,...} as a job's `holds`
function checks.learned(path, tracks)
  local list = {}
  for i, track in ipairs(tracks) do
    local holds = {kind = track.kind}
    holds.bytes = in_file(path, holds, track.start, track.blocks)
    list[i] = holds
  end
  return list
end

-- The disc in the other drive of a copy.
local function check_other(run)
  if not run.job.other or not run.result then
    return
  end
  local rec <close> = assert(disc.recorder("virtual:"
    .. run.shop:path "other"))
  check_tracks(run, rec, run.result.tracks, run.job.other_holds)
end

-- ===}

-- {=== the disc

--- What a medium is, in a few words.
function checks.words_of(medium)
  local list = {medium.state, medium.profile, medium.sessions,
    medium.next_writable or "-"}
  -- How much a blank DVD-R takes depends on the way that the drive is set to.
  if medium.state ~= "blank" then
    list[#list + 1] = medium.free_blocks
  end
  for _, track in ipairs(medium.tracks or {}) do
    list[#list + 1] = ("%d:%d+%d%s"):format(track.number, track.start,
      track.blocks, track.damaged and "!" or "")
  end
  return table.concat(list, " ")
end

local function check_told(run, medium)
  local report = run.result or type(run.failure) == "table"
    and run.failure.report
  local told = type(report) == "table" and run.job.burns and report.medium
  local words = checks.words_of(medium)
  -- A drive that takes no flush goes on recording; the disc is broken off.
  local goes_on = run.stays and run.packet.kind == "flushing" and told
    and told.session_open
  -- An open tray tells nothing of its disc.
  if told and not goes_on and not is_garbled(run.fault, run.packet)
    and told.state ~= medium.state
    and told.state ~= "none" and not run.fault:find "^lost_write" then
    wrong(run, "its report says %s, the disc is %s", told.state, medium.state)
  end
  if run.told and run.told.state ~= "none"
    and not run.fault:find "^lost_write"
    and checks.words_of(run.told) ~= words then
    wrong(run, "the recorder tells %s, the disc is %s",
      checks.words_of(run.told), words)
  end
  if run.failure and not run.may.any and not run.may.codes[run.code]
    and run.may.untouched[run.code] and words ~= run.clean.before then
    wrong(run, "%s, and the disc was %s and is %s", run.code,
      run.clean.before, words)
  end
  -- What is broken off is closed as it can be, and not read back.
  local as_can_be = run.packet.use == "recovering"
    or run.job.breaks and run.fault:find "^lost_write"
  if run.result and not as_can_be and medium.state ~= run.job.state then
    wrong(run, "it ended well, and the disc is %s and not %s", medium.state,
      run.job.state)
  end
end

local NEXT <const> = {{bytes = shops.data(40, 9)}}

-- By docs/engine.md, from whatever state: the next burn, and how it ended.
local function burn_next(rec, medium)
  if medium.state ~= "overwritable" and medium.state ~= "blank"
    and (medium.state == "damaged" or medium.session_open) then
    assert(rec:open_exclusive())
    local done, failure = rec:finish "session"
    rec:close()
    if not done and not medium.erasable then
      return nil, failure
    end
    medium = assert(rec:medium())
  end
  local left = medium.state == "complete" and not medium.erasable
  local options = {verify = false} -- what is on it is read anyway
  if medium.erasable then
    options.as_needed = true
  elseif medium.state == "appendable" then
    options.append = true
  end
  local report, failure = rec:burn(shops.job(NEXT, options))
  return report, failure, left
end

local function check_next(run, rec, medium)
  local report, failure, full = burn_next(rec, medium)
  if report then
    check_tracks(run, rec, report.tracks, NEXT)
  elseif not (full and failure.code == "medium_not_blank") then
    wrong(run, "on the disc (%s) nothing can be done any more: %s",
      medium.state, tostring(failure))
  end
end

local function check_disc(run)
  local rec <close> = assert(disc.recorder("virtual:" .. run.path))
  assert(rec:load()) -- the fault may have kept it open
  local medium = assert(rec:medium())
  check_told(run, medium)
  if not run.result or run.job.breaks then
    check_written(run, medium.state)
  elseif run.job.burns and not run.job.simulates and not run.may.blind then
    check_tracks(run, rec, run.result.tracks, run.job.holds)
  end
  check_next(run, rec, medium)
end

-- ===}

--- All of it; what is wrong is added to `run.wrong`.
function checks.all(run)
  check_outcome(run)
  check_time(run)
  check_recorder(run)
  if not run.may.blind then
    check_files(run)
    check_other(run)
  end
  if run.job.also then
    run.job.also(run, wrong, check_tracks)
  end
  check_disc(run)
end

return checks
