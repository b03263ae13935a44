--- Chores, which end as they began or as they should: works as in work.lua.
local discs = require "spec.races.discs"
local recorders = require "spec.races.recorders"
local truth = require "spec.races.truth"

local chores = {}

-- `ends` are the states in which it may leave the disc; `prepare` makes that
-- ready each time, where the image has to be on it.
local function add(name, medium, call, ends, prepare)
  table.insert(chores, {
    name = name,
    setup = discs.setup(medium),
    prepare = prepare,
    start = function(w, draw)
      local rec = recorders.drawn(w, draw)
      assert(rec:open_exclusive())
      return call(rec, draw)
    end,
    check = function(w, outcome)
      do
        local rec <close> = recorders.sound(w.address)
        local found = assert(rec:medium())
        assert(ends[found.state] or outcome.left and found.state == "damaged",
          "the disc is " .. found.state)
        if prepare then
          truth.whole(rec, found)
        end
      end
      if prepare then
        discs.renew(w)
        prepare(w)
      end
    end,
  })
end

local function format(rec)
  return rec:format_start()
end

add("erase", "cd-rw", function(rec, draw)
  return rec:erase_start(draw(2) == 0)
end, {blank = true})
add("finish", "dvd+r", function(rec)
  return rec:finish_start()
end, {appendable = true, complete = true}, function(w)
  discs.burn(w, nil, {keep_open = true})
end)
add("format, BD-RE", "bd-re", format,
  {overwritable = true, unformatted = true})
add("format, DVD-RW", "dvd-rw", format, {overwritable = true, blank = true})

return chores
