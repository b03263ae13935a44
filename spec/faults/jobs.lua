--- Every kind of job, on a small disc: how it is done, what a disc or file
-- holds afterwards.
--
-- A job: `name`; `kind`, what it counts as; `disc`, what it begins with
-- (spec.faults.shop); `act(rec, shop)` gives a result, or nil, failure, code;
-- `holds`, the tracks that a good report is about; `state` of the disc after a
-- good end; `out`, files that it makes, with their bytes; `proves`: what is
-- read is compared with something; `spares`: a bad block is no loss; `looks`:
-- some of what is read only tells where sound is; `learns`: `holds` is what the
-- clean run leaves; `imports`: what it reads before it writes is what it adds
-- to; `breaks`: it ends with its source, much too early, which is its good
-- end; `at_once`: recorded disc-at-once; `also(run, wrong, check_tracks)`:
-- checks of its own, of what `act` gave in the fourth place (`run.others`) and
-- of the disc.
local copy = require "discrecorder.copy"
local disc = require "discrecorder"
local export = require "discrecorder.export"
local many = require "spec.faults.many"
local mode_2 = require "spec.support.mode_2"
local read = require "discrecorder.read"
local series = require "spec.faults.series"
local shops = require "spec.faults.shop"
local trees = require "spec.faults.trees"
local verify = require "discrecorder.verify"

local jobs = {list = {}, by_name = {}}

local function add(job)
  table.insert(jobs.list, job)
  jobs.by_name[job.name] = job
end

-- {=== burning

local function burn(name, kind, on, state, options, tracks, more)
  local job = {
    name = name, kind = kind, disc = on, state = state, proves = true,
    holds = tracks or shops.ONE, burns = true,
  }
  for key, value in pairs(more or {}) do
    job[key] = value
  end
  function job.act(rec)
    return rec:burn(shops.job(job.holds, options))
  end
  add(job)
end

local TWO <const> = {
  {bytes = shops.data(100, 1)}, {bytes = shops.data(70, 2)},
}
local SPARES <const> = {spares = true}
local LOOKS <const> = {looks = true}
local OVER <const> = {as_needed = true}

burn("cd-tao", "data TAO", "cd-rw", "complete", {}, TWO)
burn("cd-tao-open", "data TAO", "cd-r", "appendable", {keep_open = true})
burn("cd-sao", "data SAO", "cd-rw", "complete", {mode = "sao"})
burn("audio-sao", "audio SAO with CD-TEXT", "cd-r", "complete", shops.ALBUM,
  shops.SOUND, LOOKS)
burn("audio-tao", "audio TAO", "cd-r", "complete", {mode = "tao"}, {
  {bytes = shops.audio(320, 2), kind = "audio"},
  {bytes = shops.audio(310, 3), kind = "audio"},
}, LOOKS)
burn("cd-mode-2", "data in mode 2", "cd-rw", "complete",
  {data_mode = 2, mode = "tao"}, TWO)
burn("cd-mode-2-sao", "data in mode 2", "cd-r", "complete",
  {data_mode = 2, mode = "sao"}, {
    {bytes = shops.ONE[1].bytes, form_1 = true},
  })
burn("cd-mode-2-sectors", "data in mode 2", "cd-rw", "complete",
  {mode = "sao"}, {
    {bytes = mode_2.sectors(0, 100, 2352), kind = "data2", sectors = true},
  })
burn("cd-append", "multi-session", "cd-rw, open", "appendable",
  {append = true, keep_open = true})
burn("cd-extra", "multi-session", "cd-r, album, open", "complete",
  {append = true})
burn("dvd-r-append", "multi-session", "dvd-r, open", "complete",
  {append = true})
burn("dvd+r-append", "multi-session", "dvd+r, open", "appendable",
  {append = true, keep_open = true})
burn("bd-r-append", "multi-session", "bd-r, open", "complete", {append = true})
burn("dvd-r", "DVD-R incremental", "dvd-r", "complete", {mode = "incremental"})
burn("dvd-r-dao", "DVD-R disc-at-once", "dvd-r", "complete", {mode = "dao"})
burn("dvd-r-dl", "DVD-R DL", "dvd-r-dl", "complete", {})
burn("dvd-r-dl-dao", "DVD-R DL", "dvd-r-dl", "complete", {mode = "dao"})
burn("dvd-rw", "DVD-RW sequential", "dvd-rw", "complete",
  {mode = "incremental"})
burn("dvd-rw-dao", "DVD-RW sequential", "dvd-rw", "complete", {mode = "dao"})
burn("dvd-rw-overwrite", "DVD-RW restricted overwrite", "dvd-rw, formatted",
  "overwritable", OVER)
burn("dvd-rw-as-needed", "DVD-RW restricted overwrite", "dvd-rw",
  "overwritable", {as_needed = true, mode = "overwrite"})
burn("dvd+r", "DVD+R", "dvd+r", "complete", {})
burn("dvd+r-dl", "DVD+R DL", "dvd+r-dl", "appendable", {keep_open = true})
burn("dvd+r-dl-crossing", "DVD+R DL", "dvd+r-dl, small", "complete", {})
add {
  name = "dvd+r-dl-boundary", kind = "layer boundary", disc = "dvd+r-dl",
  state = "appendable", holds = shops.BROKEN, burns = true, breaks = true,
  act = shops.cut_short,
}
burn("dvd+rw", "DVD+RW", "dvd+rw, formatted", "overwritable", OVER)
burn("dvd+rw-as-needed", "DVD+RW", "dvd+rw", "overwritable", OVER)
burn("dvd-ram", "DVD-RAM", "dvd-ram", "overwritable", OVER, nil, SPARES)
burn("dvd-ram-stream", "DVD-RAM", "dvd-ram", "overwritable",
  {as_needed = true, stream = true})
burn("bd-r", "BD-R", "bd-r", "complete", {})
burn("bd-r-spare", "BD-R", "bd-r, formatted", "complete", {}, nil, SPARES)
burn("bd-r-dl", "BD-R DL", "bd-r-dl, formatted", "complete", {}, nil, SPARES)
burn("bd-r-dl-crossing", "BD-R DL", "bd-r-dl, layer full", "appendable",
  {append = true, keep_open = true})
burn("bd-re", "BD-RE with spares", "bd-re, formatted", "overwritable", OVER,
  nil, SPARES)
burn("bd-re-as-needed", "BD-RE with spares", "bd-re", "overwritable", OVER,
  nil, SPARES)
burn("bd-re-no-spare", "BD-RE without spares", "bd-re, no spare",
  "overwritable", OVER)
burn("bd-re-dl", "BD-RE DL", "bd-re-dl, formatted", "overwritable", OVER, nil,
  SPARES)
burn("bd-re-dl-as-needed", "BD-RE DL", "bd-re-dl", "overwritable", OVER, nil,
  SPARES)

for _, row in ipairs {
  {"simulate", "cd-rw"}, {"simulate-dvd-r", "dvd-r", "incremental"},
  {"simulate-dvd-r-dao", "dvd-r", "dao"},
  {"simulate-dvd-rw", "dvd-rw", "incremental"},
  {"simulate-dvd-rw-dao", "dvd-rw", "dao"},
} do
  burn(row[1], "simulation", row[2], "blank",
    {simulate = true, mode = row[3]}, nil,
    {simulates = true, at_once = row[3] == "dao"})
end

-- ===}

-- {=== chores

local function chore(name, kind, on, state, method, ...)
  local arguments = {...}
  add {
    name = name, kind = kind, disc = on, state = state,
    act = function(rec)
      local ok, failure, code = rec:open_exclusive()
      if ok then
        ok, failure, code = rec[method](rec, table.unpack(arguments))
        rec:close()
      end
      return ok, failure, code
    end,
  }
end

chore("erase-cd", "erase", "cd-rw, burned", "blank", "erase", false)
chore("erase-cd-full", "erase", "cd-rw, broken off", "blank", "erase", true)
chore("erase-dvd", "erase", "dvd-rw, burned", "blank", "erase", false)
chore("format-dvd-rw", "format", "dvd-rw", "overwritable", "format", "default")
chore("format-dvd+rw", "format", "dvd+rw", "overwritable", "format", "default")
chore("format-dvd-ram", "format", "dvd-ram", "overwritable", "format",
  "default")
chore("format-bd-re", "format", "bd-re", "overwritable", "format", "default")
chore("format-bd-r", "format", "bd-r", "blank", "format", "default")
chore("finish-cd", "finish", "cd-rw, broken off", "appendable", "finish",
  "session")
chore("finish-dvd+r", "finish", "dvd+r, broken off", "complete", "finish",
  "disc")
chore("finish-bd-r", "finish", "bd-r, broken off", "appendable", "finish",
  "session")

-- ===}

-- {=== reading

local DATA <const> = shops.ONE[1].bytes

-- What was made before by another run is taken away.
local function away(shop, ...)
  for _, name in ipairs {...} do
    os.remove(shop:path(name))
  end
end

add {
  name = "look", kind = "look", disc = "cd-rw, open", state = "appendable",
  opens = true,
  act = function(rec)
    local medium, failure, code = rec:medium()
    if not medium then
      return nil, failure, code
    end
    return rec:speeds()
  end,
}

for _, row in ipairs {
  {"read", "cd-rw, burned", "complete"},
  {"read-bd", "bd-r, open", "appendable"},
} do
  add {
    name = row[1], kind = "read", disc = row[2], state = row[3],
    out = {["out.iso"] = DATA},
    act = function(rec, shop)
      away(shop, "out.iso")
      return read.run(rec, shop:path "out.iso", {whole = true})
    end,
  }
end

add {
  name = "export-audio", kind = "export", looks = true, disc = "cd-r, album",
  state = "complete",
  out = {["out.bin"] = shops.SOUND[1].bytes},
  act = function(rec, shop)
    away(shop, "out.bin", "out.cue", "out.cdt")
    return export.run(rec, shop:path "out.cue")
  end,
}

add {
  name = "rescue", kind = "rescue", disc = "cd-rw, burned", state = "complete",
  out = {["out.iso"] = DATA}, keeps = true,
  act = function(rec, shop)
    away(shop, "out.iso", "out.map")
    return read.run(rec, shop:path "out.iso",
      {whole = true, map = shop:path "out.map"})
  end,
}

-- What verify is given: how the disc was burned.
local BURNED <const> = {
  ["cd-rw, burned"] = {"cd-rw", shops.ONE},
  ["cd-r, album"] = {"cd-r", shops.SOUND, shops.ALBUM},
  ["dvd-r, burned"] = {"dvd-r", shops.ONE},
  ["dvd+r, burned"] = {"dvd+r", shops.ONE},
  ["bd-r, burned"] = {"bd-r", shops.ONE},
  ["bd-re, burned"] = {"bd-re", shops.ONE, OVER},
}

-- The report of a burn like that which made the disc.
local function report_of(shop, name)
  shop.reports = shop.reports or {}
  if not shop.reports[name] then
    local on, tracks, options = table.unpack(BURNED[name])
    local rec <close> = assert(disc.recorder("virtual:"
      .. shop:lay(on, "for report")))
    shop.reports[name] = assert(rec:burn(shops.job(tracks, options)))
  end
  return shop.reports[name]
end

for _, row in ipairs {
  {"verify", "cd-rw, burned", "complete"},
  {"verify-audio", "cd-r, album", "complete", looks = true},
  {"verify-dvd-r", "dvd-r, burned", "complete"},
  {"verify-dvd+r", "dvd+r, burned", "complete"},
  {"verify-bd-r", "bd-r, burned", "complete"},
  {"verify-bd-re", "bd-re, burned", "overwritable"},
} do
  add {
    name = row[1], kind = "verify", looks = row.looks, disc = row[2],
    state = row[3], proves = true,
    act = function(rec, shop)
      return verify.run(rec, {report = report_of(shop, row[2])})
    end,
  }
end

-- The fault is in the drive that is read.
for _, row in ipairs {
  {"copy-from", "cd-r, album", "cd-rw", shops.SOUND, looks = true},
  {"copy-from-dvd-r", "dvd-r, burned", "dvd+r", shops.ONE},
  {"copy-from-bd-r", "bd-r, burned", "bd-re", shops.ONE},
} do
  add {
    name = row[1], kind = "copy", looks = row.looks, disc = row[2],
    state = "complete", other = row[3], other_holds = row[4],
    act = function(rec, shop)
      local to <close> = assert(disc.recorder("virtual:"
        .. shop:lay(row[3], "other")))
      return copy.run(rec, to, {packet = 65536, as_needed = true})
    end,
  }
end

-- The fault is in the drive that writes.
for _, row in ipairs {
  {"copy-to", "cd-rw", "complete", "cd-rw, burned"},
  {"copy-to-dvd+r", "dvd+r", "complete", "dvd-r, burned"},
  {"copy-to-bd-re", "bd-re", "overwritable", "bd-r, burned", OVER,
    spares = true},
} do
  add {
    name = row[1], kind = "copy", disc = row[2], state = row[3],
    proves = true, burns = true, holds = shops.ONE, spares = row.spares,
    act = function(rec, shop)
      local from <close> = assert(disc.recorder("virtual:"
        .. shop:lay(row[4], "other")))
      return copy.run(from, rec, shops.with({packet = 65536}, row[5] or {}))
    end,
  }
end

-- ===}

for _, module in ipairs {many, series, trees} do
  for _, job in ipairs(module.list) do
    add(job)
  end
end

return jobs
