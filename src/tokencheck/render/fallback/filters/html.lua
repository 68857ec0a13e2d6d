-- Turn the page grammar into the HTML of our own frame: tabsets, folded code, alternative texts and links between pages.
-- What both renderers need is in report/components.lua.

local tabsets = 0

local function raw(text) return pandoc.RawBlock('html', text) end

local function escape(text)
  return (text:gsub('[&<>"]', { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }))
end

local function wrap(open, blocks, close) return (pandoc.Blocks({ raw(open) }) .. blocks) .. { raw(close) } end

local function inline_html(inlines)
  return (pandoc.write(pandoc.Pandoc({ pandoc.Plain(inlines) }), 'html5'):gsub('%s+$', ''))
end

-- https://quarto.org/docs/output-formats/html-basics.html#tabsets: the first heading's level opens a tab
local function render_tabset(div)
  local level, tabs = nil, {}
  for _, block in ipairs(div.content) do
    if block.t == 'Header' and (level == nil or block.level == level) then
      level = block.level
      tabs[#tabs + 1] = { title = inline_html(block.content), blocks = pandoc.Blocks({}) }
    elseif #tabs > 0 then
      tabs[#tabs].blocks:insert(block)
    end
  end
  tabsets = tabsets + 1
  local result = pandoc.Blocks({ raw('<div class="tabset"><div class="tab-list" role="tablist">') })
  for index, tab in ipairs(tabs) do
    local name = tabsets .. '-' .. index
    result:insert(raw(string.format(
      '<button type="button" role="tab" id="tab-%s" aria-controls="panel-%s" aria-selected="%s"%s>%s</button>',
      name, name, index == 1 and 'true' or 'false', index == 1 and '' or ' tabindex="-1"', tab.title)))
  end
  result:insert(raw('</div>'))
  for index, tab in ipairs(tabs) do
    local name = tabsets .. '-' .. index
    result:extend(wrap(string.format(
      '<div class="tab-panel%s" role="tabpanel" id="panel-%s" aria-labelledby="tab-%s" tabindex="0"><p class="tab-title">%s</p>',
      index == 1 and ' active' or '', name, name, tab.title), tab.blocks, '</div>'))
  end
  result:insert(raw('</div>'))
  return result
end

function Div(div)
  if div.classes:includes('panel-tabset') then return render_tabset(div) end
  -- https://quarto.org/docs/authoring/conditional.html
  if div.classes:includes('content-visible') and div.attributes['when-format'] == 'html' then return div.content end
end

function Image(image)
  local alt = image.attributes['fig-alt']
  image.attributes['fig-alt'] = nil
  if alt then image.attributes.alt = alt end
  return image
end

function CodeBlock(block)
  local fold, summary = block.attributes['code-fold'], block.attributes['code-summary']
  block.attributes['code-fold'], block.attributes['code-summary'] = nil, nil
  block.classes = block.classes:filter(function(class) return class ~= 'cell-code' end)
  if fold == nil or fold == 'false' then return block end
  local open = fold == 'show' and ' open' or ''
  return wrap('<details class="code-fold"' .. open .. '><summary>' .. escape(summary or 'Code') .. '</summary>',
    { block }, '</details>')
end

function Link(link)
  local page, anchor = link.target:match('^([^:#?]+)%.qmd(#?.*)$')
  if page then
    link.target = page .. '.html' .. anchor
    return link
  end
end
