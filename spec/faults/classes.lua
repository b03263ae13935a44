--- The classes of faults, and what each does to a packet.
--
-- A fault is text as in docs/faults.md without its when; `always` stands for
-- "each packet with this one's operation code", and `lba` is given in full.
--
--     for _, class in ipairs(classes.list) do
--       if class.fits(packet) then text = class.draw(packet, random) end
--     end
local senses = require "spec.faults.senses"

local classes = {by_name = {}}

local function everything()
  return true
end

local function has_reply(packet)
  return packet.dir == "in" and packet.len > 0
end

local function is_told(packet)
  return packet.told
end

local function writes(packet)
  return packet.kind == "writing"
end

-- CD-TEXT in the lead-in has no address of a block that could be bad.
local function records(packet)
  return packet.kind == "writing" and packet.lba >= 0
end

local function same(text)
  return function()
    return text
  end
end

local function of_group(...)
  local wanted, list = {}, {}
  for _, group in ipairs {...} do
    wanted[group] = true
  end
  for _, row in ipairs(senses.list) do
    if wanted[row.group] then
      table.insert(list, row)
    end
  end
  return list
end

-- One of some senses; `form` has the sense's place in the text.
local function one_of(list, form)
  return function(_, random)
    local row = list[random(1, #list)]
    return form:format(senses.draw(row, random))
  end
end

classes.list = {
  {name = "busy, then ready", fits = everything, draw = function(_, random)
    return "busy:" .. random(1, 12)
  end},
  {name = "busy for ever", fits = everything, draw = same "busy:1000000000"},
  {name = "sense: done", fits = everything,
    draw = one_of(of_group "done", "sense:%s")},
  {name = "sense: wait", fits = everything,
    draw = one_of(of_group "wait", "sense:%s")},
  {name = "sense: retry", fits = everything,
    draw = one_of(of_group "retry", "sense:%s")},
  {name = "sense: attention", fits = everything,
    draw = one_of(of_group("changed", "reset"), "sense:%s")},
  {name = "sense: refused", fits = everything,
    draw = one_of(of_group("refused", "order"), "sense:%s")},
  {name = "sense: fails", fits = everything,
    draw = one_of(of_group("fail", "full", "absent"), "sense:%s")},
  {name = "deferred", fits = everything,
    draw = one_of(of_group("fail", "retry"), "sense:%s,deferred")},
  {name = "each time", fits = everything,
    draw = one_of(senses.list, "always,sense:%s")},
  {name = "lost", fits = everything, draw = same "lost"},
  {name = "gone", fits = everything, draw = same "gone"},
  {name = "denied", fits = everything, draw = same "denied"},
  {name = "short", fits = has_reply, draw = function(packet, random)
    return "short:" .. random(0, math.min(packet.len, 40) - 1)
  end},
  {name = "long", fits = is_told, draw = same "long"},
  {name = "corrupt", fits = has_reply, draw = same "corrupt"},
  {name = "garbage", fits = has_reply, draw = function(_, random)
    return "garbage:" .. random(1, 1000000)
  end},
  {name = "lost write", fits = writes, draw = same "lost_write"},
  {name = "defect", fits = records, draw = function(packet, random)
    return ("lba:%d,defect"):format(
      packet.lba + random(0, packet.blocks - 1))
  end},
}
for _, class in ipairs(classes.list) do
  classes.by_name[class.name] = class
end

--- A fault's text as a rule of the option `faults`, at a packet.
-- @string text
-- @tparam table packet of spec.faults.packets
-- @treturn table rule
-- @treturn boolean does it stay?
function classes.rule(text, packet)
  local rule, always = {}, false
  for word in text:gmatch "[^,]+" do
    local name, value = word:match "^([^:]+):?(.*)$"
    if name == "always" then
      always = true
    else
      rule[name] = value == "" and true or tonumber(value) or value
    end
  end
  if always then
    rule.opcode = ("0x%02X"):format(packet.code)
  else
    rule.packet = packet.number
  end
  return rule, always or rule.gone or (rule.busy or 0) > 1000
end

return classes
