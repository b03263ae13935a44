--- Running other programs from the specs, with arguments that need no quoting.
--
--     local run = require "spec.support.run"
--     local r = run("sha256sum", path)      -- r.status, r.stdout, r.stderr
--     local r = run{"make", "all", cwd = dir, env = {CC = "clang"}}
--     local r = run.command("info", address) -- this checkout's command
local run = {}

--- One argument, so that a shell takes it as it is.
function run.quote(argument)
  return "'" .. tostring(argument):gsub("'", "'\\''") .. "'"
end

--- Everything in a file, as it is.
function run.slurp(path)
  local file = assert(io.open(path, "rb"))
  local content = file:read("a")
  file:close()
  return content
end

--- Write a file anew.
function run.spit(path, content)
  local file = assert(io.open(path, "wb"))
  assert(file:write(content))
  assert(file:close())
  return path
end

--- What a program printed, without its last newline; it must succeed.
function run.output(...)
  local r = run(...)
  if r.status ~= 0 then
    error(("%s: status %d\n%s%s"):format(r.line, r.status, r.stdout, r.stderr))
  end
  return (r.stdout:gsub("\n$", ""))
end

--- A new empty folder, maybe in another one than that for temporary files.
-- Remove it with `run.remove`.
function run.folder(where)
  local pipe = assert(io.popen("env -u LD_PRELOAD mktemp -d "
    .. (where and "-p " .. run.quote(where) or ""), "r"))
  local path = pipe:read("l")
  assert(pipe:close())
  return path
end

--- A folder in memory, where huge holes are read fast; nil if there is none.
function run.memory()
  return run("test", "-w", "/dev/shm").status == 0 and "/dev/shm" or nil
end

--- Remove a folder that `run.folder` made.
function run.remove(path)
  assert(path:match("^/.+/tmp%.%w+$"), path)
  os.execute("chmod -R u+rwX " .. run.quote(path) .. " && rm -rf " ..
    run.quote(path))
end

-- The checkout's root, absolute, whatever folder a program is run in.
local pwd = assert(io.popen("pwd", "r"))
run.root = pwd:read("l")
pwd:close()

--- The folder with this build's C modules, absolute.
run.build = os.getenv("DISCRECORDER_BUILD") or run.root .. "/build"

--- How programs that require discrecorder find it.
run.lua_env = {
  LUA_PATH_5_4 = ("%s/lua/?.lua;%s/lua/?/init.lua;;")
    :format(run.root, run.root),
  LUA_CPATH_5_4 = run.build .. "/?.so;;",
  DISCRECORDER_BUILD = run.build,
}

-- Programs of other people run without the sanitizer that this interpreter may
-- have been started with: their leaks are theirs. A shell that runs ours says
-- `ours = true`.
local function is_ours(arguments)
  return arguments.ours or arguments[1] == "lua5.4" or
    arguments[1] == run.root .. "/bin/discrecorder"
end

-- What the make that runs the specs was told is not for those that they run,
-- nor what a shell or nohup has them ignore.
local function environment(arguments)
  local words = {
    "env --default-signal=HUP,INT,TERM -u MAKEFLAGS -u MFLAGS",
  }
  if not is_ours(arguments) then
    table.insert(words, "-u LD_PRELOAD")
  end
  for name, value in pairs(arguments.env or {}) do
    table.insert(words, name .. "=" .. run.quote(value))
  end
  return table.concat(words, " ")
end

-- A shell command that becomes the program.
local function line_of(arguments)
  local words = {environment(arguments)}
  for i = 1, #arguments do
    words[i + 1] = run.quote(arguments[i])
  end
  local line = "exec " .. table.concat(words, " ")
  if arguments.cwd then
    line = "cd " .. run.quote(arguments.cwd) .. " && " .. line
  end
  return line
end

--- Start a program and go on.
-- @treturn table with `pid`, `signal(name)`, and `wait()` -> as `run` gives
function run.start(...)
  local arguments = type((...)) == "table" and (...) or {...}
  if run.build:find "/thread$" and is_ours(arguments) then
    error("no other Lua under the thread sanitizer: Makefile, thread_specs", 2)
  end
  local folder = run.folder()
  local line = line_of(arguments)
  local input = arguments.stdin and
    run.spit(folder .. "/in", arguments.stdin) or "/dev/null"
  -- The shell tells its process id, then becomes the program.
  local script = ("exec 0<%s 1>%s/out 2>%s/err; echo $$ >%s/pid; %s")
    :format(input, folder, folder, folder, line)
  local pipe = assert(io.popen("exec sh -c " .. run.quote(script), "r"))
  local self = {line = line, folder = folder}

  --- Its process id, once it runs.
  function self.pid()
    for _ = 1, 500 do
      local file = io.open(folder .. "/pid", "r")
      local pid = file and file:read("n")
      if file then
        file:close()
      end
      if pid then
        return pid
      end
      os.execute("sleep 0.01")
    end
    error("it did not start: " .. line)
  end

  function self.signal(name)
    return os.execute(("kill -%s %d 2>/dev/null"):format(name, self.pid()))
  end

  --- What it has said on stderr so far.
  function self.stderr()
    self.pid()
    return run.slurp(folder .. "/err")
  end

  --- Its first line on stdout, once it is there.
  function self.line_of_stdout()
    self.pid()
    for _ = 1, 500 do
      local first = run.slurp(folder .. "/out"):match("^(.-)\n")
      if first then
        return first
      end
      os.execute("sleep 0.01")
    end
    error("it said nothing: " .. line)
  end

  function self.wait()
    local _, kind, status = pipe:close()
    local result = {
      line = line,
      status = kind == "signal" and 128 + status or status,
      stdout = run.slurp(folder .. "/out"),
      stderr = run.slurp(folder .. "/err"),
    }
    run.remove(folder)
    return result
  end

  return self
end

--- bin/discrecorder of this checkout.
function run.command(...)
  local arguments = {...}
  if type(arguments[1]) == "table" then
    arguments = table.move(arguments[1], 1, #arguments[1], 1, {
      cwd = arguments[1].cwd,
      env = arguments[1].env,
      stdin = arguments[1].stdin,
    })
  end
  table.insert(arguments, 1, run.root .. "/bin/discrecorder")
  return run(arguments)
end

return setmetatable(run, {
  __call = function(_, ...)
    return run.start(...).wait()
  end,
})
