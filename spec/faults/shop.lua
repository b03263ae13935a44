--- Where the runs are made: a folder in memory, what is burned, and the discs
-- that jobs begin with, each made once.
--
--     local shop = shops.new()
--     local path = shop:lay "cd-rw, open"     -- a disc file of its own
--     shop:remove()
local burn_audio = require "spec.support.burn_audio"
local disc = require "discrecorder"
local run = require "spec.support.run"
local source = require "discrecorder.source"
local templates = require "spec.faults.templates"

local shops = {}
shops.__index = shops

local BLOCK <const> = 2048
local PACKET <const> = 65536 -- several packets make a track

--- So many blocks of data that differ from each other and by seed.
function shops.data(blocks, seed)
  local list = {}
  for i = 1, blocks do
    list[i] = ("<I4I4"):pack(i, seed):rep(BLOCK // 8)
  end
  return table.concat(list)
end

shops.audio = burn_audio.pcm

--- A job of tracks: each is {bytes =, kind =, ...}.
function shops.job(tracks, options)
  local job = {tracks = {}, packet = PACKET}
  for key, value in pairs(options or {}) do
    job[key] = value
  end
  for i, track in ipairs(tracks) do
    local made = {}
    for key, value in pairs(track) do
      made[key] = value
    end
    made.bytes, made.source = nil, assert(source.bytes(track.bytes))
    job.tracks[i] = made
  end
  return job
end

local function burned(rec, tracks, options)
  assert(rec:burn(shops.job(tracks, options)))
end

local function chore(rec, name, ...)
  assert(rec:open_exclusive())
  assert(rec[name](rec, ...))
  rec:close()
end

shops.ONE = {{bytes = shops.data(100, 1)}}
shops.SOUND = {
  {bytes = shops.audio(320, 2), kind = "audio", isrc = "DEABC0600001",
    text = {title = "One"}},
  {bytes = shops.audio(310, 3), kind = "audio", pregap = 20, index = {100}},
}
shops.ALBUM = {mcn = "0123456789012", text = {title = "Album"}}

local function with(options, more)
  local all = {}
  for _, list in ipairs {options, more} do
    for key, value in pairs(list) do
      all[key] = value
    end
  end
  return all
end

-- A track left open, as a burn that died leaves it.
local function broken_off(query, options)
  return function(path)
    local rec <close> = assert(disc.recorder("virtual:" .. path .. query,
      {faults = {{opcode = "WRITE(10)", nth = 3, gone = true}}}))
    assert(not rec:burn(shops.job(shops.ONE, options)))
  end
end

local function made(query, make)
  return function(path)
    local rec <close> = assert(disc.recorder("virtual:" .. path .. query))
    if make then
      make(rec)
    end
  end
end

local function by_burning(query, tracks, options)
  return made(query, function(rec)
    burned(rec, tracks, options)
  end)
end

local function by_chore(query, ...)
  local arguments = {...}
  return made(query, function(rec)
    chore(rec, table.unpack(arguments))
  end)
end

-- Discs that are more than blank, by the name that jobs know them by.
local DISCS <const> = {
  ["cd-rw, open"] = by_burning("?medium=cd-rw", shops.ONE, {keep_open = true}),
  ["cd-rw, burned"] = by_burning("?medium=cd-rw", shops.ONE, {}),
  ["cd-rw, broken off"] = broken_off("?medium=cd-rw", {}),
  ["cd-r, album"] = by_burning("?medium=cd-r", shops.SOUND, shops.ALBUM),
  ["cd-r, album, open"] = by_burning("?medium=cd-r", shops.SOUND,
    with(shops.ALBUM, {keep_open = true})),
  ["dvd-r, open"] = by_burning("?medium=dvd-r", shops.ONE, {keep_open = true}),
  ["dvd-rw, burned"] = by_burning("?medium=dvd-rw", shops.ONE, {}),
  ["dvd-rw, formatted"] = by_chore("?medium=dvd-rw", "format", "default"),
  ["dvd+r, open"] = by_burning("?medium=dvd%2Br", shops.ONE,
    {keep_open = true}),
  ["dvd+r, broken off"] = broken_off("?medium=dvd%2Br", {}),
  ["dvd+rw, formatted"] = by_chore("?medium=dvd%2Brw", "format", "default"),
  ["bd-r, open"] = by_burning("?medium=bd-r", shops.ONE, {keep_open = true}),
  ["bd-r, formatted"] = by_chore("?medium=bd-r", "format", "default"),
  ["bd-r, broken off"] = broken_off("?medium=bd-r", {}),
  ["bd-re, formatted"] = by_chore("?medium=bd-re", "format", "default"),
  ["bd-re, no spare"] = by_chore("?medium=bd-re", "format", "no_spare"),
}

function shops.new()
  return setmetatable({folder = run.folder(run.memory()), discs = {}}, shops)
end

function shops:path(name)
  return self.folder .. "/" .. name
end

--- A disc file, made anew.
-- @string name "cd-rw" (a blank one), or one of those above
-- @string[opt="disc"] file its name in the folder
function shops:lay(name, file)
  local path = self:path(file or "disc")
  local template = self.discs[name]
  if not template then
    os.remove(path)
    local make = DISCS[name]
      or made("?medium=" .. name:gsub("%+", "%%2B"))
    make(path)
    collectgarbage()
    collectgarbage()
    template = templates.take(path)
    self.discs[name] = template
  end
  return template:put(path)
end

function shops:remove()
  run.remove(self.folder)
end

return shops
