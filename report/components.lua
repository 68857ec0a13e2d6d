-- The project's own components, for both renderers (named in _quarto.yml under `filters`):
-- links between pages inside a PDF, folded code, and in HTML figures set inline, so that they follow the page's colours
-- and font: both drawings of each, of which charts.css shows one. Badges, quotes and cards need nothing but theme.css
-- there; in the PDFs they are set by paper.lua.

local is_typst = FORMAT:match('typst') ~= nil

-- A page that is part of the PDF becomes a jump inside it; any other local file stays a name without a link.
local function link_inside(link, ids)
  if link.target:match('^%a+:') or link.target:match('^#') then return nil end
  local page, anchor = link.target:match('^([^#?]+)%.qmd[^#]*#?(.*)$')
  for _, id in ipairs({ anchor or '', page or '' }) do
    if ids[id] then
      link.target = '#' .. id
      return link
    end
  end
  return link.content
end

local function read(path)
  local file = io.open(path, 'r')
  if not file then return nil end
  local text = file:read('a')
  file:close()
  return (text:gsub('%s+$', ''))
end

local function escape(text)
  return (text:gsub('[&<>"]', { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }))
end

-- A figure of the chart room has a drawing for each width beside it; any other picture stays as it is.
local function set_inline(image)
  local name = image.src:match('^([%./]*figures/[%w-]+)%.svg$') -- of a page in a folder: ../figures/…
  if not name then return nil end
  local alt = image.attributes['fig-alt'] or image.attributes['alt'] or pandoc.utils.stringify(image.caption)
  local drawings, widths = '', { '-narrow', '-wide' }
  if image.classes:includes('strip') then widths = { '' } end -- one drawing for every width
  for _, width in ipairs(widths) do
    local svg = read(name .. width .. '.svg')
    if not svg then return nil end
    drawings = drawings .. svg:gsub('<svg ', function(tag) return tag .. 'aria-label="' .. escape(alt) .. '" ' end, 1)
  end
  local lang = image.attributes.lang and ' lang="' .. escape(image.attributes.lang) .. '"' or ''
  return pandoc.RawInline('html', '<span class="chart-box"' .. lang .. '>' .. drawings .. '</span>')
end

-- What follows a page's name, such as a choice of the list of claims, keeps a renderer from turning the link itself.
local function turn_query(link)
  local page, query = link.target:match('^([%w_-]+)%.qmd(%?.+)$')
  if not page then return nil end
  link.target = page .. '.html' .. query
  return link
end

function Pandoc(doc)
  if not is_typst then
    return doc:walk({ Image = set_inline, Link = turn_query, CodeBlock = function(block)
      -- Quarto folds only the code of cells (https://github.com/quarto-dev/quarto-cli/issues/4693)
      if block.attributes['code-fold'] then block.classes:insert('cell-code') end
      return block
    end })
  end
  local ids = {}
  doc:walk({ Header = function(header) ids[header.identifier] = true end })
  return doc:walk({
    Link = function(link) return link_inside(link, ids) end,
    Div = function(div)
      if div.classes:includes('figure-links') then return {} end
    end,
  })
end
