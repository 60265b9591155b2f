"""Making the files of reports: a table of one kind, or the binder for a survey. Reads, and writes files, never rows."""

from training.making.binder import write_binder
from training.making.orders import BINDER, Noted, about, order_of
from training.making.tables import write_table

__all__ = ["BINDER", "Noted", "about", "order_of", "write_binder", "write_table"]
