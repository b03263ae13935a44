--- CDs of several sessions for the specs: made, and compared.
--
--     local from = several.cd_extra(d)        -- d: spec.support.disc's
--     several.same_disc(from, to)
local append = require "discrecorder.append"
local assert = require "luassert"
local burn_audio = require "spec.support.burn_audio"
local contents = require "discrecorder.contents"
local disc = require "spec.support.disc"
local source = require "discrecorder.source"

local several = {}

local pcm, track = burn_audio.pcm, burn_audio.track

--- A file to be put on a disc.
function several.file(d, name)
  return d:file(name, name:rep(999))
end

--- A track of a job: so many blocks of data, others with each seed.
function several.data(blocks, seed, more)
  local list = {}
  for i = 1, blocks do
    list[i] = string.pack("<I4I4", seed, i):rep(disc.BLOCK // 8)
  end
  local made = {source = assert(source.bytes(table.concat(list)))}
  for key, value in pairs(more or {}) do
    made[key] = value
  end
  return made
end

--- An album with all that one can have, then a tree (notes.txt).
-- @tparam[opt] table options of a recorder that is made anew for it
function several.cd_extra(d, query, options)
  local from = d:recorder(query or "medium=cd-r")
  assert(from:burn {
    keep_open = true, mcn = "0123456789012",
    text = {title = "Sky", performer = "Band"},
    tracks = {
      track(pcm(400, 1), {isrc = "DEABC0600001", index = {100, 250},
        text = {title = "One"}}),
      track(pcm(333, 2), {pregap_source = assert(source.bytes(pcm(40, 3))),
        flags = {copy = true}, text = {title = "Two"}}),
    },
  })
  assert(append.tree(from, several.file(d, "notes.txt"), {keep_open = false}))
  if not options then
    return from
  end
  from:close()
  return d:again(nil, options)
end

--- Two sessions with a file each (one.txt, two.txt), written track at once.
function several.two_trees(d, keep_open)
  local from = d:recorder "medium=cd-r"
  assert(append.tree(from, several.file(d, "one.txt")))
  assert(append.tree(from, several.file(d, "two.txt"),
    {keep_open = keep_open or false}))
  return from
end

--- What is where: tracks up to the next one, whatever can be read of them. An
-- image does not say what is behind the last one.
function several.places(rec)
  local list, tracks = {}, assert(contents.read(rec)).tracks
  for i, one in ipairs(tracks) do
    list[i] = {one.number, one.session, one.kind, one.start, one.from,
      tracks[i + 1] and one.stop or false, one.pregap, one.isrc or false,
      one.flags, one.indexes}
  end
  return list
end

--- Fails unless two discs have the same places, with the same bytes in them.
function several.same_disc(from, to)
  assert.same(several.places(from), several.places(to))
  local a, b = assert(contents.read(from)), assert(contents.read(to))
  assert.same({a.mcn, a.packs}, {b.mcn, b.packs})
  for _, one in ipairs(a.tracks) do
    local blocks = one.start + one.blocks - one.from
    local kind = one.kind == "audio" and "audio" or nil
    assert.is_true(assert(from:read(one.from, blocks, kind))
      == assert(to:read(one.from, blocks, kind)))
  end
end

return several
