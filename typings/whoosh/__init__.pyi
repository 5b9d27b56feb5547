from whoosh import analysis as analysis
from whoosh import fields as fields
from whoosh import formats as formats
from whoosh import highlight as highlight
from whoosh import index as index
from whoosh import qparser as qparser
