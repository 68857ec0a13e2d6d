-- Convert page after page in one process, as a run of `pandoc` would each: to load a process takes a tenth of a second.
-- Each line of the input is one job in JSON, each line of the output its result; the argument lists the abbreviations
-- after which no line is to break, which a run knows by itself.

local ABBREVIATIONS = {}
for word in arg[1]:gmatch('[^\n]+') do ABBREVIATIONS[word] = true end

-- What a filter defines must not reach the next one.
local function apply(doc, filter)
  return pandoc.utils.run_lua_filter(doc, filter, setmetatable({}, { __index = _G }))
end

local function convert(job)
  FORMAT = job.to
  local doc = pandoc.read(job.source, job.reader, { abbreviations = ABBREVIATIONS })
  for _, filter in ipairs(job.filters) do doc = apply(doc, filter) end
  return pandoc.write(doc, job.to, {
    wrap_text = 'none',
    template = job.template and pandoc.template.compile(job.template),
    table_of_contents = job.toc,
    toc_depth = job.toc_depth,
    highlight_method = job.highlighting,
  })
end

-- What a run would print as a warning; a note of less weight is none.
local function list_warnings(notes)
  local said = {}
  for _, note in ipairs(notes) do
    local told = pandoc.json.decode(pandoc.json.encode(note), false)
    if told.verbosity == 'WARNING' or told.verbosity == 'ERROR' then table.insert(said, '[WARNING] ' .. told.pretty) end
  end
  return said
end

for line in io.lines() do
  local job, done, output = pandoc.json.decode(line, false), false, nil
  local notes = pandoc.log.silence(function()
    done, output = pcall(pandoc.system.with_working_directory, job.folder, function() return convert(job) end)
  end)
  local said = list_warnings(notes)
  if not done then table.insert(said, tostring(output)) end
  io.write(pandoc.json.encode({ output = done and output or '', said = table.concat(said, '\n') }), '\n')
  io.flush()
end
