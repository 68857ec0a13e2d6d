-- Turn the page grammar into Typst: tabsets, alternative texts and languages. What both renderers need is in the filters
-- of the report.

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
  if div.classes:includes('panel-tabset') then return render_tabset(div) end
end

local function quote(text)
  return '"' .. text:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('\n', ' ') .. '"'
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

function CodeBlock(block)
  block.attributes['code-fold'], block.attributes['code-summary'] = nil, nil
  block.classes = block.classes:filter(function(class) return class ~= 'cell-code' end)
  return block
end
