"""Text recognition by Tesseract, where it is installed: of pictures, and of PDF pages without text.

`pictures` draws pages in the sealed parser's way, `program` confines Tesseract, `recognition` runs both and reads what
they give. Only `recognition` is for others.
"""
