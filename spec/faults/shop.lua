--- Where the runs are made: a folder in memory, what is burned, and the discs
-- that jobs begin with, each made once.
--
--     local shop = shops.new()
--     local path = shop:lay "cd-rw, open"     -- a disc file of its own
--     shop:remove()
local append = require "discrecorder.append"
local burn_audio = require "spec.support.burn_audio"
local disc = require "discrecorder"
local packets = require "spec.support.disc"
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

--- Tracks of a job: each is {bytes =, kind =, ...}; `form_1`: a disc's file has
-- them in whole sectors.
function shops.tracks(tracks)
  local list = {}
  for i, track in ipairs(tracks) do
    local made = {}
    for key, value in pairs(track) do
      made[key] = value
    end
    made.form_1 = nil
    made.bytes, made.source = nil, assert(source.bytes(track.bytes))
    list[i] = made
  end
  return list
end

--- A job of such tracks.
function shops.job(tracks, options)
  local job = {tracks = shops.tracks(tracks), packet = PACKET}
  for key, value in pairs(options or {}) do
    job[key] = value
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

-- A BD-R DL whose next session begins so many blocks before its second layer.
local BEFORE <const>, BD_LAYER <const> = 64, 12219392

local function good(said)
  assert(said == "good", said)
end

local function fill_layer(rec)
  assert(rec:open_exclusive())
  good(packets.reserve(rec, BD_LAYER - BEFORE))
  good(packets.close(rec, 1, 1))
  good(packets.close(rec, 2))
  rec:close()
end

-- The blocks of a DVD+R DL's first layer: most, and chosen by a host.
local DVD_LAYER <const>, SMALL_LAYER <const> = 2086912, 64

local function set_boundary(rec)
  assert(rec:open_exclusive())
  good(packets.sense(rec, "BF 00 00000000 00 20 000C 00 00",
    (">I2I2I4I4"):pack(10, 0, 0, SMALL_LAYER)))
  rec:close()
end

--- What is there of a burn that is broken off.
shops.BROKEN = {{bytes = shops.data(96, 4)}}

--- Burn more than a layer of a DVD+R DL, of which only BROKEN comes: the report
-- if the burn fails for that, else what it fails with.
function shops.cut_short(rec)
  local pushed = assert(source.push(DVD_LAYER * BLOCK + BLOCK))
  assert(pushed:write(shops.BROKEN[1].bytes))
  pushed:finish() -- fails, since more was announced
  local _, failure, code = rec:burn {
    tracks = {{source = pushed}}, packet = PACKET,
  }
  pushed:close()
  if code == "bad_file" then
    return failure.report
  end
  return nil, failure, code
end

--- Two tables as one.
function shops.with(options, more)
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
  return function(path, shop)
    local rec <close> = assert(disc.recorder("virtual:" .. path .. query))
    if make then
      make(rec, shop)
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

--- What the folder `first` has, and what is shown when `second` was added.
shops.FIRST = {
  ["/same.txt"] = "the same\n", ["/sub/old.txt"] = ("old\n"):rep(2000),
  ["/sub/changed.txt"] = "before\n",
}
shops.BOTH = shops.with(shops.FIRST, {
  ["/new.txt"] = ("new\n"):rep(20000), ["/sub/changed.txt"] = "after it all\n",
})
local SECOND <const> = {"/new.txt", "/sub/changed.txt"}

-- Every tree is made at one time, so that equal ones have equal bytes.
local DATE <const> = 1700000000

--- Add one of the folders to a disc.
function shops:append(rec, folder)
  return append.tree(rec, self:path(folder), {date = DATE, packet = PACKET})
end

local function lay_folders(shop)
  local function lay(folder, name, content)
    run.output("mkdir", "-p", shop:path(folder .. "/sub"))
    run.spit(shop:path(folder .. name), content)
  end
  for name, content in pairs(shops.FIRST) do
    lay("first", name, content)
  end
  for _, name in ipairs(SECOND) do
    lay("second", name, shops.BOTH[name])
  end
end

local function by_appending(query, prepare)
  return made(query, function(rec, shop)
    if prepare then
      chore(rec, prepare, "default")
    end
    assert(shop:append(rec, "first"))
  end)
end

-- Discs that are more than blank, by the name that jobs know them by.
local DISCS <const> = {
  ["cd-rw, open"] = by_burning("?medium=cd-rw", shops.ONE, {keep_open = true}),
  ["cd-rw, burned"] = by_burning("?medium=cd-rw", shops.ONE, {}),
  ["cd-rw, broken off"] = broken_off("?medium=cd-rw", {}),
  ["cd-r, album"] = by_burning("?medium=cd-r", shops.SOUND, shops.ALBUM),
  ["cd-r, album, open"] = by_burning("?medium=cd-r", shops.SOUND,
    shops.with(shops.ALBUM, {keep_open = true})),
  ["dvd-r, open"] = by_burning("?medium=dvd-r", shops.ONE, {keep_open = true}),
  ["dvd-rw, burned"] = by_burning("?medium=dvd-rw", shops.ONE, {}),
  ["dvd-rw, formatted"] = by_chore("?medium=dvd-rw", "format", "default"),
  ["dvd-r, burned"] = by_burning("?medium=dvd-r", shops.ONE, {}),
  ["dvd+r, burned"] = by_burning("?medium=dvd%2Br", shops.ONE, {}),
  ["dvd+r-dl, small"] = made("?medium=dvd%2Br-dl", set_boundary),
  ["dvd+r, open"] = by_burning("?medium=dvd%2Br", shops.ONE,
    {keep_open = true}),
  ["dvd+r, broken off"] = broken_off("?medium=dvd%2Br", {}),
  ["dvd+rw, formatted"] = by_chore("?medium=dvd%2Brw", "format", "default"),
  ["bd-r, open"] = by_burning("?medium=bd-r", shops.ONE, {keep_open = true}),
  ["bd-r, burned"] = by_burning("?medium=bd-r", shops.ONE, {}),
  ["bd-r-dl, layer full"] = made("?medium=bd-r-dl", fill_layer),
  ["bd-r-dl, formatted"] = by_chore("?medium=bd-r-dl", "format", "default"),
  ["bd-r, formatted"] = by_chore("?medium=bd-r", "format", "default"),
  ["bd-r, broken off"] = broken_off("?medium=bd-r", {}),
  ["bd-re, formatted"] = by_chore("?medium=bd-re", "format", "default"),
  ["bd-re-dl, formatted"] = by_chore("?medium=bd-re-dl", "format", "default"),
  ["bd-re, burned"] = by_burning("?medium=bd-re", shops.ONE,
    {as_needed = true}),
  ["bd-re, no spare"] = by_chore("?medium=bd-re", "format", "no_spare"),
  ["cd-r, tree"] = by_appending "?medium=cd-r",
  ["cd-rw, tree"] = by_appending "?medium=cd-rw",
  ["dvd+rw, tree"] = by_appending("?medium=dvd%2Brw", "format"),
  ["bd-re, tree"] = by_appending("?medium=bd-re", "format"),
}

--- `laid`: the paths of all discs that were laid down.
function shops.new()
  local shop = setmetatable({folder = run.folder(run.memory()), discs = {},
    laid = {}}, shops)
  lay_folders(shop)
  return shop
end

function shops:path(name)
  return self.folder .. "/" .. name
end

--- A disc file, made anew.
-- @string name "cd-rw" (a blank one), or one of those above
-- @string[opt="disc"] file its name in the folder
function shops:lay(name, file)
  local path = self:path(file or "disc")
  self.laid[path] = true
  local template = self.discs[name]
  if not template then
    os.remove(path)
    local make = DISCS[name]
      or made("?medium=" .. name:gsub("%+", "%%2B"))
    make(path, self)
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
