-- Turn the page grammar into Typst: callouts, tabsets, alternative texts, languages and tables that fit the page.

local callouts = { note = 'Note', tip = 'Tip', warning = 'Warning', important = 'Important', caution = 'Caution' }

local function raw(text) return pandoc.RawBlock('typst', text) end

local function quote(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('\n', ' ') .. '"'
end

local function wrap(open, blocks, close)
  local result = pandoc.Blocks({ raw(open) })
  result:extend(blocks)
  result:insert(raw(close))
  return result
end

local function render_callout(div, kind)
  local title = div.attributes.title and { pandoc.Str(div.attributes.title) } or { pandoc.Str(callouts[kind]) }
  local blocks = div.content
  if not div.attributes.title and #blocks > 0 and blocks[1].t == 'Header' then
    title = blocks[1].content
    blocks:remove(1)
  end
  local heading = pandoc.Plain(title)
  heading.content:insert(1, pandoc.RawInline('typst', '#callout("' .. kind .. '", ['))
  heading.content:insert(pandoc.RawInline('typst', '])['))
  local result = pandoc.Blocks({ heading })
  result:extend(blocks)
  result:insert(raw(']'))
  return result
end

-- On paper nothing can be clicked: the tabs follow one another, each under its title.
local function render_tabset(div)
  local level = nil
  return div.content:map(function(block)
    if block.t == 'Header' and (level == nil or block.level == level) then
      level = block.level
      block.content:insert(1, pandoc.RawInline('typst', '#tab-title['))
      block.content:insert(pandoc.RawInline('typst', ']'))
      return pandoc.Plain(block.content)
    end
    return block
  end)
end

function Div(div)
  for kind in pairs(callouts) do
    if div.classes:includes('callout-' .. kind) then return render_callout(div, kind) end
  end
  if div.classes:includes('panel-tabset') then return render_tabset(div) end
end

local function wrap_inlines(open, inlines)
  local result = pandoc.Inlines(inlines)
  result:insert(1, pandoc.RawInline('typst', open))
  result:insert(pandoc.RawInline('typst', ']'))
  return result
end

function Span(span)
  if span.classes:includes('caption-label') then return wrap_inlines('#caption-label[', span.content) end
  local language, region = (span.attributes.lang or ''):match('^(%a+)%-?(%a*)')
  if not language then return nil end
  local place = region ~= '' and ', region: "' .. region .. '"' or ''
  return wrap_inlines('#text(lang: "' .. language .. '"' .. place .. ')[', span.content)
end

function Image(image)
  local alt = image.attributes['fig-alt'] or pandoc.utils.stringify(image.caption)
  local width = image.attributes.width
  local size = width and width:match('^[%d.]+%%$') and ', width: ' .. width or ''
  return pandoc.RawInline('typst', '#image(' .. quote(image.src) .. ', alt: ' .. quote(alt) .. size .. ')')
end

-- A table narrows its type with the number of its columns and may then wrap, so that none leaves the page.
function Table(tbl)
  local widths = {}
  for width in (tbl.attributes['tbl-colwidths'] or ''):gmatch('[%d.]+') do widths[#widths + 1] = tonumber(width) / 100 end
  tbl.colspecs = tbl.colspecs:map(function(spec, index) return { spec[1], widths[index] } end)
  local columns = #tbl.colspecs
  local size = columns <= 4 and 8.5 or columns <= 6 and 8 or columns <= 8 and 7 or 6
  return { raw('#[\n#set text(size: ' .. size .. 'pt)'), tbl, raw(']') }
end

function CodeBlock(block)
  block.attributes['code-fold'], block.attributes['code-summary'] = nil, nil
  block.classes = block.classes:filter(function(class) return class ~= 'cell-code' end)
  return block
end
