-- Traces: every packet, as the engine saw it, in the documented form
-- (docs/trace-format.md).
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local run = require "spec.support.run"

local d = each(disc.new)
local path

before_each(function()
  path = d:path "trace"
end)

-- FNV-1a as the documentation gives it.
local function sum(s)
  local h = 0xcbf29ce484222325
  for i = 1, #s do
    h = (h ~ s:byte(i)) * 0x100000001b3
  end
  return ("%016x"):format(h)
end

local function hex(s)
  return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end

-- All lines, taken apart; raises for one that is not as documented.
local function parse(text)
  local list = {}
  assert.equal("\n", text:sub(-1))
  for line in text:gmatch "([^\n]*)\n" do
    assert.matches("^[ -~]+$", line)
    local record = {line = line}
    local rest = line
    record.kind, rest = rest:match "^([%a%-]+)(.*)$"
    while rest ~= "" do
      local name, value, after = rest:match '^ ([%a_]+)="(.-[^\\])"(.*)$'
      if not name then
        name, value, after = rest:match "^ ([%a_]+)=([^ \"]*)(.*)$"
      end
      if not name then
        value, after = rest:match "^ ([^ =]+)(.*)$"
        name = #record + 1
      end
      assert.is_string(value, line)
      record[name] = value
      rest = after
    end
    table.insert(list, record)
  end
  return list
end

local function trace()
  return parse(run.slurp(path))
end

local function traced(query, options)
  options = options or {}
  options.trace = path
  return d:recorder(query, options)
end

describe("a trace", function()
  it("begins with its version, address and program", function()
    local rec = traced()
    local first = trace()[1]
    assert.equal("discrecorder-trace", first.kind)
    assert.equal("1", first[1])
    assert.equal(rec:get_path(), first.address)
    assert.equal("discrecorder " .. discrecorder.version, first.program)
  end)

  it("has a question and its answer for each packet, counted from 1",
    function()
      local rec = traced()
      assert(rec:medium())
      local count, question = 0, nil
      for _, record in ipairs(trace()) do
        if record.kind == "packet" then
          count = count + 1
          assert.equal(tostring(count), record[1])
          assert.matches("^%d+%.%d%d%d%d%d%d%d%d%d$", record.at)
          assert.is_nil(question)
          question = record
        elseif record.kind == "answer" then
          assert.equal(question[1], record[1])
          question = nil
        end
      end
      assert.is_nil(question)
      assert.is_true(count > 5)
    end)

  it("writes each question and answer as it was", function()
    local rec = traced()
    assert(rec:open_exclusive())
    local before = #trace()
    local reply = disc.ask(rec, "25 00 00 00 00 00 00 00 00 00", 8)
    assert.equal("good", disc.select(rec, disc.write_page()))
    assert.equal("5/24/00", disc.sense(rec, "43 00 00 00 00 00 00 0200 00",
      512))
    local list = {table.unpack(trace(), before + 1)}
    assert.equal(6, #list)
    local q, a = list[1], list[2]
    assert.same({"READ CAPACITY", "25000000000000000000", "in", "8", "60000"},
      {q.opcode, q.cdb, q.dir, q.len, q.timeout})
    assert.same({"good", "8", hex(reply)}, {a.status, a.moved, a["in"]})
    assert.is_nil(a.sense)
    q, a = list[3], list[4]
    local sent = ("\0"):rep(8) .. disc.write_page()
    assert.same({"MODE SELECT(10)", "out", "60", hex(sent)},
      {q.opcode, q.dir, q.len, q.out})
    assert.same({"good", "60"}, {a.status, a.moved})
    q, a = list[5], list[6]
    assert.equal("43000000000000020000", q.cdb)
    assert.same({"check", "0"}, {a.status, a.moved})
    assert.equal("70000500000000" .. "0a00000000" .. "2400" .. "00000000",
      a.sense)
  end)

  it("sums blocks up", function()
    local rec = traced()
    assert(rec:open_exclusive())
    disc.tao(rec, {300})
    local before = #trace()
    assert(rec:read(0, 2))
    assert(rec:read(0, 1, true))
    local list = {table.unpack(trace(), before + 1)}
    assert.equal(sum(disc.block(0) .. disc.block(1)), list[2].sum)
    assert.is_nil(list[2]["in"])
    assert.equal(sum(rec:read(0, 1, true)), list[4].sum)
    for _, record in ipairs(trace()) do
      if record.opcode == "WRITE(10)" then
        assert.is_nil(record.out)
        local lba = tonumber(record.cdb:sub(5, 12), 16)
        local parts = {}
        for i = lba, lba + tonumber(record.cdb:sub(15, 18), 16) - 1 do
          table.insert(parts, disc.block(i))
        end
        assert.equal(sum(table.concat(parts)), record.sum)
      end
    end
    assert.equal("cbf29ce484222325", sum "")
  end)

  it("shows a fault like a drive's own doing", function()
    local rec = traced("medium=cd-rw", {faults = {
      {opcode = "READ CAPACITY", nth = 1, sense = {3, 0x11, 5}},
      {opcode = "READ CAPACITY", nth = 2, short = 3},
      {opcode = "READ CAPACITY", nth = 3, lost = true},
      {opcode = "READ CAPACITY", nth = 4, gone = true},
    }})
    local before = #trace()
    for _ = 1, 4 do
      disc.send(rec, "25 00 00 00 00 00 00 00 00 00", 8)
    end
    local list = {table.unpack(trace(), before + 1)}
    assert.same({"check", "good", "lost", "gone"},
      {list[2].status, list[4].status, list[6].status, list[8].status})
    assert.equal("700003000000000a000000001105" .. "00000000", list[2].sense)
    assert.same({"3", 6}, {list[4].moved, #list[4]["in"]})
    assert.is_string(list[8].os_error)
  end)

  it("tells who took the drive, who could not, and the end", function()
    local rec = traced()
    local other = assert(discrecorder.recorder(rec:get_path()))
    assert(rec:open_exclusive())
    assert(rec:close())
    assert(other:open_exclusive())
    assert.is_nil((rec:open_exclusive()))
    assert.equal("device_not_accessible",
      disc.sense(rec, "00 00 00 00 00 00"))
    assert(other:close())
    rec = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    local list = trace()
    local kinds, packets = {}, 0
    for _, record in ipairs(list) do
      if record.kind == "packet" then
        packets = packets + 1
      elseif record.kind ~= "answer" then
        table.insert(kinds, record.kind .. " " .. (record[1] or ""))
      elseif record.status == "busy" then
        table.insert(kinds, "busy")
      end
    end
    assert.same({"discrecorder-trace 1", "acquire ok", "release ",
      "acquire failed", "busy", "close "}, kinds)
    assert.equal(tostring(packets), list[#list].packets)
    for _, record in ipairs(list) do
      if record[1] == "failed" then
        assert.equal("device_not_accessible", record.code)
        assert.is_string(record.message)
      end
    end
  end)

  it("goes by the drive's clock", function()
    local rec = traced "medium=none"
    assert.is_nil((rec:wait_medium(30)))
    local list = trace()
    assert.is_true(tonumber(list[#list].at or list[#list - 1].at) >= 30)
  end)

  it("is only its owner's to read", function()
    traced()
    assert.equal("600", run.output("stat", "-c", "%a", path))
  end)

  it("is appended to another trace, also to one that was cut off", function()
    local rec = traced() -- luacheck: ignore
    rec = nil
    collectgarbage()
    collectgarbage()
    local text = run.slurp(path)
    run.spit(path, text:sub(1, -10))
    traced()
    local lines = 0
    for line in run.slurp(path):gmatch "[^\n]+" do
      lines = lines + (line:find "^discrecorder%-trace 1 " and 1 or 0)
    end
    assert.equal(2, lines)
  end)

  it("is not written over other files, through links, or nowhere", function()
    local other = d:file("other", "something else\n")
    run.output("ln", "-s", d:path "target", d:path "link")
    for where, code in pairs {
      [other] = "file_exists", [d:path "link"] = "file_access",
      [d.folder] = "file_access", [d:path "no/where"] = "file_access",
      [""] = "file_access",
    } do
      local rec, _, given = discrecorder.recorder(d:address(),
        {trace = where})
      assert.is_nil(rec)
      assert.equal(code, given, where)
    end
    assert.equal("something else\n", run.slurp(other))
    assert.is_nil(io.open(d:path "target"))
  end)

  it("that cannot go on disturbs nothing", function()
    d:recorder()
    local made = d.last
    -- From here on no file may grow beyond 4 KiB.
    local r = run{"sh", "-c", [[ulimit -f 8; trap "" XFSZ; exec lua5.4 -e '
      local rec = assert(require "discrecorder".recorder(
        "virtual:]] .. made .. [[", {trace = "]] .. path .. [["}))
      for _ = 1, 200 do
        assert(rec:medium().state == "blank")
      end
      print "done"']], env = run.lua_env, ours = true}
    assert.equal("done\n", r.stdout, r.stderr)
    assert.is_true(#run.slurp(path) <= 8192)
  end)

  it("that cannot go on is told of in the burn's report", function()
    d:recorder()
    local r = run{"sh", "-c", ([[ulimit -f 8; trap "" XFSZ; exec lua5.4 -e '
      local rec = assert(require "discrecorder".recorder("virtual:%s",
        {trace = "%s"}))
      local report = assert(require "discrecorder.burn".image(rec, "%s",
        {simulate = true}))
      print(report.warnings[1].code)']]):format(d.last, path, d:image(3000)),
      env = run.lua_env, ours = true}
    assert.equal("trace_incomplete\n", r.stdout, r.stderr)
  end)

  it("quotes what is odd in an address", function()
    local odd = assert(discrecorder.recorder("virtual:" .. d.folder ..
      "/a%22b%5Cc%0Ad?medium=cd-r", {trace = path}))
    assert.equal(odd:get_path(), trace()[1].address)
  end)
end)
