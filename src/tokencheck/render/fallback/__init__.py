"""The renderer of Pandoc and Typst, the engines inside Quarto; pages never look behind this door."""
