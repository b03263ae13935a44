--- Jobs of several sessions. Whatever is made to fail: what is told to be on
-- the disc is on it.
local disc = require "discrecorder"
local shops = require "spec.faults.shop"

local series = {list = {}}

-- A list's part.
local function part(list, from, count)
  return table.move(list, from, from + count - 1, 1, {})
end

-- A session that is told to be good is, though a later one failed.
local function also(run, wrong, check_tracks)
  local report = run.failure and run.failure.report
  if run.may.blind or not report then
    return
  elseif not report.sessions then
    return wrong(run, "its report has no sessions")
  end
  local rec <close> = assert(disc.recorder("virtual:" .. run.path))
  assert(rec:load())
  local before = 0
  for _, session in ipairs(report.sessions) do
    if session.ok then
      check_tracks(run, rec, part(report.tracks, before + 1, session.tracks),
        part(run.job.holds, before + 1, session.tracks))
    end
    before = before + session.tracks
  end
end

local function add(name, on, state, looks, options, sessions)
  local job = {
    name = name, kind = "several sessions", disc = on, state = state,
    looks = looks, holds = {}, burns = true, proves = true, also = also,
  }
  for _, session in ipairs(sessions) do
    table.move(session.tracks, 1, #session.tracks, #job.holds + 1, job.holds)
  end
  function job.act(rec)
    local whole = shops.job({}, options)
    whole.tracks, whole.sessions = nil, {}
    for i, session in ipairs(sessions) do
      whole.sessions[i] = {
        tracks = shops.tracks(session.tracks), mcn = session.mcn,
        text = session.text,
      }
    end
    return rec:burn(whole)
  end
  table.insert(series.list, job)
end

add("series", "cd-rw, burned", "complete", false, {as_needed = true}, {
  {tracks = shops.ONE},
  {tracks = {{bytes = shops.data(70, 2)}, {bytes = shops.data(40, 3)}}},
})
add("series-extra", "cd-r", "appendable", true, {keep_open = true}, {
  {tracks = shops.SOUND, mcn = shops.ALBUM.mcn, text = shops.ALBUM.text},
  {tracks = shops.ONE},
})

return series
