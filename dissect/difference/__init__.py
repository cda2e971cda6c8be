"""What two decodes of packets have and don't have in common, field by field.

``decoded``   a packet as rows of text: what is compared, and what goldens keep
``align``     which packet here is which one there
``differ``    the differences of two rows of packets, in bounded memory
``captures``  two captures, for ``sixscope diff``
"""
