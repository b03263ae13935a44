local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

-- The fenced blocks of README.md in order: {language =, text =, line =}.
local function blocks()
  local found, open, number = {}, nil, 0
  for line in io.lines(run.root .. "/README.md") do
    number = number + 1
    local fence = line:match("^```(%l*)$")
    if fence and not open then
      open = {language = fence, lines = {}, line = number}
    elseif fence then
      open.text = table.concat(open.lines, "\n") .. "\n"
      table.insert(found, open)
      open = nil
    elseif open then
      table.insert(open.lines, line)
    end
  end
  return found
end

-- What README.md shows as a pattern: "..." is anything, a line with nothing
-- else any number of lines, none included.
local function pattern_of(shown)
  local pattern = shown:gsub("[%^%$%(%)%%%[%]%*%+%-%?]", "%%%0")
  pattern = ("\n" .. pattern):gsub("\n *%.%.%.\n", "\n\0\n")
  pattern = pattern:gsub("%.%.%.", "[^\n]-"):gsub("\n\0\n", "\n.-")
  return "^" .. pattern .. "$"
end

local function assert_shown(shown, got)
  assert.matches(pattern_of(shown), "\n" .. got)
end

-- Commands and what each of them shows.
local function transcript(text)
  local steps = {}
  for line in text:gmatch("([^\n]*)\n") do
    local command = line:match("^%$ (.*)$")
    if command then
      table.insert(steps, {command = command, shown = ""})
    else
      local step = steps[#steps]
      step.shown = step.shown .. line .. "\n"
    end
  end
  return steps
end

describe("README.md", function()
  local s
  local all = blocks()

  -- What its snippets take for granted: a folder, an image, the command.
  setup(function()
    s = scratch.new()
    run.output("mv", s:files(), s:path("photos"))
    s:image(500)
  end)

  teardown(function()
    s:remove()
  end)

  for i, block in ipairs(all) do
    local title = ("line %d"):format(block.line)
    local following = all[i + 1]

    if block.language == "lua" then
      it("has Lua that says what is shown: " .. title, function()
        local r = run{
          "lua5.4", "-", cwd = s.folder, env = run.lua_env, stdin = block.text,
        }
        assert.are.equal("", r.stderr)
        assert.are.equal("text", following.language)
        assert_shown(following.text, r.stdout)
      end)
    elseif block.language == "console" then
      it("has commands that say what is shown: " .. title, function()
        for _, step in ipairs(transcript(block.text)) do
          local r = run{
            "sh", "-c", step.command .. " 2>&1",
            ours = true,
            cwd = s.folder,
            env = {PATH = run.root .. "/bin:" .. os.getenv("PATH")},
          }
          assert_shown(step.shown, r.stdout)
        end
      end)
    elseif block.language == "sh" then
      it("has set-up commands that exist: " .. title, function()
        for line in block.text:gmatch("[^\n]+") do
          local target = line:match("^make (%l+)$")
          if target then
            local r = run("make", "-n", target)
            assert.are.equal(0, r.status, r.stderr)
          else -- spec/rockspec_spec.lua runs it
            assert.matches("luarocks %-%-lua%-version 5.4 make$", line)
          end
        end
      end)
    else
      it("has output only below Lua: " .. title, function()
        assert.are.equal("text", block.language)
        assert.are.equal("lua", all[i - 1].language)
      end)
    end
  end

  it("names files that exist", function()
    local text = run.slurp(run.root .. "/README.md")
    for path in text:gmatch("%]%(([^)]+)%)") do
      assert.is_truthy(io.open(run.root .. "/" .. path), path)
    end
  end)
end)

describe("make demo", function()
  it("burns a folder, verifies it and shows what is on the disc", function()
    local r = run("env", "-u", "DISCRECORDER_BUILD", "make", "demo",
      "NO_INSTALL=1")
    assert.are.equal(0, r.status, r.stdout .. r.stderr)
    assert.matches("Read back from the disc: all %d+ blocks", r.stdout)
    assert.matches("The disc holds what it should", r.stdout)
    assert.matches("/examples/backup.lua\n", r.stdout)
  end)
end)
